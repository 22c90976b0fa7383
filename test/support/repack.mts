// node test/support/repack.mts FILE  packs an extension anew, some 4 % smaller than `vsce` does, which has no setting for it.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { deflateAsync } from '@gfx/zopfli';
import { say } from './progress.mts';

/** Of a zip file's records: what they begin with, and how long they are before the name (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16). */
const [local, central, end] = [
  { signature: 0x04034b50, size: 30 },
  { signature: 0x02014b50, size: 46 },
  { signature: 0x06054b50, size: 22 },
];
const [stored, deflated] = [0, 8];

interface Entry {
  readonly name: Buffer;
  /** Time and date. */
  readonly stamp: Buffer;
  readonly attributes: number;
  readonly content: Buffer;
}

const file = path.resolve(process.argv[2] ?? '');
const before = readFileSync(file);
const parts: Buffer[] = [];
const directory: Buffer[] = [];
let at = 0;
for (const entry of entriesOf(before)) {
  // Who unpacks it makes the folders that names are in.
  if (entry.name.at(-1) === 0x2f) continue;
  const content = bare(entry.name.toString(), entry.content);
  const small = Buffer.from(await deflateAsync(content, { numiterations: 15, blocksplittingmax: 0 }));
  const isSmaller = small.length < content.length;
  const data = isSmaller ? small : content;
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  // Names are UTF-8.
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(isSmaller ? deflated : stored, 4);
  entry.stamp.copy(fields, 6);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(entry.name.length, 22);
  const record = Buffer.alloc(central.size);
  record.writeUInt32LE(central.signature, 0);
  // Made on Unix, whose rights the attributes tell.
  record.writeUInt16LE(0x0314, 4);
  fields.copy(record, 6);
  record.writeUInt32LE(entry.attributes, 38);
  record.writeUInt32LE(at, 42);
  directory.push(record, entry.name);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(local.signature);
  for (const part of [head, fields, entry.name, data]) {
    parts.push(part);
    at += part.length;
  }
}
const closing = Buffer.alloc(end.size);
closing.writeUInt32LE(end.signature, 0);
closing.writeUInt16LE(directory.length / 2, 8);
closing.writeUInt16LE(directory.length / 2, 10);
closing.writeUInt32LE(Buffer.concat(directory).length, 12);
closing.writeUInt32LE(at, 16);
const after = Buffer.concat([...parts, ...directory, closing]);
writeFileSync(`${file}.new`, after);
renameSync(`${file}.new`, file);
say(`${path.basename(file)}: ${String(after.length)} bytes (${String(before.length)} before it was packed anew)`);

/** JSON without white space, and without what only who has a clone needs. */
function bare(name: string, content: Buffer): Buffer {
  if (!name.endsWith('.json')) return content;
  const json = JSON.parse(content.toString()) as Record<string, unknown>;
  if (name === 'extension/package.json') {
    for (const key of ['scripts', 'devDependencies', 'allowScripts']) delete json[key];
  }
  return Buffer.from(JSON.stringify(json));
}

/** The entries of a zip file as `vsce` writes it: without a comment, not encrypted, and smaller than 4 GB. */
function* entriesOf(zip: Buffer): Generator<Entry> {
  const closing = zip.length - end.size;
  if (zip.readUInt32LE(closing) !== end.signature) throw new Error(`${file} is no zip file, or has a comment.`);
  let at = zip.readUInt32LE(closing + 16);
  for (let left = zip.readUInt16LE(closing + 10); left > 0; left--) {
    const [size, name, extra, comment] = [at + 20, at + 28, at + 30, at + 32].map((place, i) =>
      i === 0 ? zip.readUInt32LE(place) : zip.readUInt16LE(place),
    ) as [number, number, number, number];
    const begin = zip.readUInt32LE(at + 42);
    const dataAt = begin + local.size + zip.readUInt16LE(begin + 26) + zip.readUInt16LE(begin + 28);
    const data = zip.subarray(dataAt, dataAt + size);
    yield {
      name: zip.subarray(at + central.size, at + central.size + name),
      stamp: zip.subarray(at + 12, at + 16),
      attributes: zip.readUInt32LE(at + 38),
      content: zip.readUInt16LE(at + 10) === deflated ? inflateRawSync(data) : data,
    };
    at += central.size + name + extra + comment;
  }
}
