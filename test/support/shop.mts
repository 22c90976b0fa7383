import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A small shop, so that paths look like paths. */
export function makeShop(folder: string): void {
  const files = [
    'src/api/server.ts',
    'src/api/routes.ts',
    'src/auth/login.ts',
    'src/auth/session.ts',
    'src/db/schema.ts',
  ];
  for (const file of files) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    const name = path.basename(file, '.ts');
    writeFileSync(
      path.join(folder, file),
      `/* ${name} */\n\nexport function ${name}(): void {\n  console.log('${name}');\n}\n`,
    );
  }
  writeFileSync(path.join(folder, 'README.md'), '# Lamp shop\n');
}
