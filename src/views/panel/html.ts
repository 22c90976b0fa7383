/** What the page's frame is made of. Nothing of it comes from agents. */
export interface HtmlParts {
  /** Where a webview's files come from, for the content security policy. */
  readonly cspSource: string;
  /** Made anew for each page, of letters and digits. */
  readonly nonce: string;
  /** Address of `dist/panel.js`, and of `dist/panel.css`. */
  readonly script: string;
  readonly style: string;
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  /** Shows after a while where the script has not begun, which takes it away. */
  readonly fallback: string;
}

/**
 * The panel's page before its script runs. Nothing but our own script with the nonce may run and nothing may be fetched;
 * `data:` images are the toolkit's, and a `blob:` worker is where a person's regular expression runs.
 */
export function panelHtml({ cspSource, nonce, script, style, language, title, fallback }: HtmlParts): string {
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `worker-src blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${escaped(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style nonce="${escaped(nonce)}">#fallback { opacity: 0; animation: late 0s 3s forwards } @keyframes late { to { opacity: 1 } }</style>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<p id="fallback">${escaped(fallback)}</p>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => entities[char] ?? char);
