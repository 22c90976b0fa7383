/** The bundler gives the text of the file. */
declare module '*.lua' {
  const source: string;
  export default source;
}
