/**
 * A small shop, part TypeScript and part Python, for the simulated agents to work on. Every file is short and none is
 * meant to be run. The first three are the ones that everybody needs at once.
 */
export const sampleFiles: Readonly<Record<string, string>> = {
  'src/db/schema.ts': `export interface Product {
  id: string;
  title: string;
  priceCents: number;
  stock: number;
}

export interface Order {
  id: string;
  customer: string;
  lines: { product: string; count: number }[];
  paidAt: Date | null;
}
`,
  'src/api/server.ts': `import { route } from './routes.ts';

export async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const body = await route(request.method, pathname);
  return new Response(JSON.stringify(body));
}
`,
  'src/auth/login.ts': `import { createSession } from './session.ts';

export async function login(email: string, password: string): Promise<string | null> {
  if (!email.includes('@') || password.length < 12) return null;
  return createSession(email);
}
`,
  'src/auth/session.ts': `const sessions = new Map<string, string>();

export function createSession(email: string): string {
  const id = crypto.randomUUID();
  sessions.set(id, email);
  return id;
}
`,
  'src/api/routes.ts': `import { listProducts } from '../catalog/products.ts';
import { checkout } from '../orders/checkout.ts';

export async function route(method: string, path: string): Promise<unknown> {
  if (method === 'GET' && path === '/products') return listProducts();
  if (method === 'POST' && path === '/checkout') return checkout([]);
  return { error: 'not found' };
}
`,
  'src/catalog/products.ts': `import type { Product } from '../db/schema.ts';
import { query } from '../db/query.ts';

export async function listProducts(): Promise<Product[]> {
  return query<Product>('select * from products order by title');
}
`,
  'src/catalog/search.ts': `import type { Product } from '../db/schema.ts';

export function search(products: readonly Product[], words: string): Product[] {
  return products.filter((product) => product.title.toLowerCase().includes(words.toLowerCase()));
}
`,
  'src/orders/checkout.ts': `import { total } from './total.ts';

export async function checkout(lines: { priceCents: number; count: number }[]): Promise<{ totalCents: number }> {
  return { totalCents: total(lines) };
}
`,
  'src/orders/total.ts': `export function total(lines: readonly { priceCents: number; count: number }[]): number {
  return lines.reduce((sum, line) => sum + line.priceCents * line.count, 0);
}
`,
  'src/db/query.ts': `export async function query<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
  void sql;
  void values;
  return [];
}
`,
  'src/db/migrations.sql': `create table products (id text primary key, title text, price_cents integer, stock integer);
create table orders (id text primary key, customer text, paid_at timestamp);
`,
  'src/ui/cart.ts': `export interface CartLine {
  title: string;
  count: number;
}

export const cartSize = (lines: readonly CartLine[]): number => lines.reduce((sum, line) => sum + line.count, 0);
`,
  'src/ui/styles.css': `.cart {
  display: grid;
  gap: 0.5rem;
}
`,
  'tools/import_catalog.py': `import csv


def read_products(path):
    with open(path, newline="") as file:
        return [row for row in csv.DictReader(file) if row["title"]]
`,
  'tools/daily_report.py': `def summary(orders):
    paid = [order for order in orders if order["paid_at"]]
    return {"orders": len(orders), "paid": len(paid)}
`,
  'tools/stock_check.py': `def low_stock(products, limit=5):
    return [product["id"] for product in products if product["stock"] < limit]
`,
  'test/total.test.ts': `import { total } from '../src/orders/total.ts';

if (total([{ priceCents: 250, count: 2 }]) !== 500) throw new Error('the total is wrong');
`,
  'test/search.test.ts': `import { search } from '../src/catalog/search.ts';

if (search([], 'lamp').length !== 0) throw new Error('nothing should be found');
`,
  'package.json': `{
  "name": "lamp-shop",
  "private": true,
  "type": "module"
}
`,
};

/** The files that agents work on: those that take a comment line. */
export const workFiles: readonly string[] = Object.keys(sampleFiles).filter((path) => path !== 'package.json');

/** What the folder says of itself. */
export function sampleReadme(url: string, namespace: string): string {
  return `# Lamp shop, a sample for Signalbox

Simulated agents work here on a Redis of their own. Nothing in this folder matters, and all of it is deleted when the
demo ends.

They take work from a queue, publish their state with a version, and claim a file before they edit it. Most use the function
library of Signalbox, which decides claims in Redis and numbers them. A few, such as \`agent-2\`, do what plain \`redis-cli\`
agents do, and now and then something goes wrong with them, as it does.

What to look at in VS Code:

- **Agents**: who works on what, who waits, who has not been heard for a while.
- **Claims**: the files they hold now, and who waits in line. \`src/db/schema.ts\` is wanted by everybody. A
  \`…/review\` agent takes over the file that its parent works on, and gives it back.
- **Queues**: \`agent:tasks\` and \`analysis:queue\` fill and drain.
- **Needs attention**: errors, and now and then a lock without an expiry.
- The **Explorer** and the open editor mark claimed files; the files really change.
- **The panel**, by the graph in the header of Agents, which is there while the pointer is on it, or by **Signalbox: Open
  Panel**: how fast news travels, who clashed over what, and every message.

The same from a terminal, with Signalbox's command line or by hand:

    signalbox --url ${url} --namespace ${namespace} status
    redis-cli -u ${url} SUBSCRIBE ${namespace}agent:state:sync ${namespace}agent:events
    redis-cli -u ${url} HGETALL ${namespace}agent:state
    redis-cli -u ${url} --scan --pattern '${namespace}lock:*'
    redis-cli -u ${url} XREVRANGE ${namespace}agent:history + - COUNT 5
`;
}
