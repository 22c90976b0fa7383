// Stands in for `@vscode/spdlog` in the served VS Code, whose native part would have to be compiled: without it log
// files, and with them the log channels of extensions, stay empty. Copied over the package's index.js at set-up.
// Plain JavaScript because it is loaded from node_modules, where no types are stripped.
const { appendFileSync, mkdirSync, renameSync, statSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

/** `2026-01-31 13:05:09.042`, in local time, as spdlog writes it and VS Code's log view reads it. */
function timestamp(now = new Date()) {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().replace('T', ' ').slice(0, -1);
}

class Logger {
  #file;
  #maxSize;
  #level = 0;
  #plain = false;

  constructor(_type, _name, file, maxSize) {
    this.#file = file;
    this.#maxSize = maxSize;
  }

  #write(level, message) {
    if (level < this.#level) return;
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > this.#maxSize) renameSync(this.#file, `${this.#file}.1`);
    appendFileSync(this.#file, this.#plain ? `${message}` : `${timestamp()} [${levels[level]}] ${message}\n`);
  }

  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  clearFormatters() {
    this.#plain = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
}

async function createLogger(name, file, maxSize) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger('rotating', name, file, maxSize);
}

exports.version = 1;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
