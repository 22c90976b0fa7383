/**
 * uPlot makes a formatter for the browser's language when it is loaded. On machines without a language set that can be
 * a name which no formatter takes (`en-US@posix`), and the page would be nothing but an error. To be imported before it.
 */
try {
  Intl.NumberFormat.supportedLocalesOf(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
