import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import type { FaultList, Place } from './faults.ts';

/** A piece of YAML and where it stands: `firstLine` is the line of the file that its first line is on. */
export type YamlSource = { file: string; firstLine: number; text: string };
type Context = { faults: FaultList; placeOf: (node: Node | undefined) => Place };

const NOT_A_MAP = 'fields are expected here, one "name: value" a line';

/** Reads the fields of a YAML mapping. Returns null, with every fault named, when it is not one or breaks YAML's rules. */
export function readFields(source: YamlSource, faults: FaultList): Fields | null {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeAt = (offset: number): Place => ({ file: source.file, line: source.firstLine + lines.linePos(offset).line - 1 });
  const repeatedKeys = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  for (const { pos } of repeatedKeys) faults.add(placeAt(pos[0]), 'this field is given twice');
  // After the first break of YAML's rules the parser only guesses; more of its complaints would bury the one that matters.
  const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY') ?? document.warnings[0];
  if (broken) faults.add(placeAt(broken.pos[0]), `not valid YAML: ${broken.message}`);
  if (document.errors.length > 0) return null;
  const placeOf = (node: Node | undefined): Place => placeAt(node?.range?.[0] ?? 0);
  if (!isMap(document.contents)) {
    faults.add(placeAt(0), NOT_A_MAP);
    return null;
  }
  return new Fields(document.contents, { faults, placeOf });
}

/**
 * The fields of one mapping, asked for by name and type. A faulty or missing field is recorded as a fault and read as '' (or
 * false, or nothing); that is harmless, since nothing of a folder with faults is used. `end` names the fields nobody asked for.
 */
export class Fields {
  readonly #map: YAMLMap;
  readonly #context: Context;
  readonly #asked = new Set<string>();

  constructor(map: YAMLMap, context: Context) {
    this.#map = map;
    this.#context = context;
  }

  /** The place of a field's value, or of the mapping when the field is not there. */
  place(name?: string): Place {
    const node = name === undefined ? undefined : this.#node(name);
    return this.#context.placeOf(node ?? this.#map);
  }

  fault(name: string | undefined, message: string): void {
    this.#context.faults.add(this.place(name), message);
  }

  has(name: string): boolean {
    this.#asked.add(name);
    return this.#map.has(name);
  }

  text(name: string, maxChars: number): string {
    if (!this.has(name)) {
      this.fault(undefined, `"${name}" is missing`);
      return '';
    }
    return this.#textOf(this.#node(name), `"${name}"`, maxChars);
  }

  optionalText(name: string, maxChars: number): string | null {
    return this.has(name) ? this.text(name, maxChars) : null;
  }

  /** One of these words; null, with the fault recorded, if it is another or missing. */
  oneOf<const T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.text(name, Number.MAX_SAFE_INTEGER);
    const found = choices.find((choice) => choice === value);
    if (found === undefined && value !== '') this.fault(name, `"${name}" must be ${choices.join(' or ')}, not "${value}"`);
    return found ?? null;
  }

  flag(name: string): boolean {
    const value = this.#scalar(this.#node(name));
    if (typeof value === 'boolean') return value;
    this.fault(this.has(name) ? name : undefined, `"${name}" must be true or false`);
    return false;
  }

  texts(name: string, maxChars: number): { text: string; place: Place }[] {
    return this.#items(name).map((node) => ({
      text: this.#textOf(node, `an entry of "${name}"`, maxChars),
      place: this.#context.placeOf(node),
    }));
  }

  isEmptyList(name: string): boolean {
    const node = this.#node(name);
    return isSeq(node) && node.items.length === 0;
  }

  maps(name: string): Fields[] {
    return this.#items(name).flatMap((node) => {
      if (isMap(node)) return [new Fields(node, this.#context)];
      this.#context.faults.add(this.#context.placeOf(node), `in "${name}": ${NOT_A_MAP}`);
      return [];
    });
  }

  /** Names the fields that were never asked for; call it last. */
  end(): void {
    for (const { key } of this.#map.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      if (this.#asked.has(name)) continue;
      const known = [...this.#asked].join(', ');
      const place = this.#context.placeOf(isScalar(key) ? key : this.#map);
      this.#context.faults.add(place, `unknown field "${name}"; known here: ${known}`);
    }
  }

  #node(name: string): Node | undefined {
    this.#asked.add(name);
    const pair = this.#map.items.find(({ key }) => isScalar(key) && key.value === name);
    const value: unknown = pair?.value;
    if (isMap(value) || isSeq(value) || isScalar(value) || isAlias(value)) return value;
    return pair && isScalar(pair.key) ? pair.key : undefined;
  }

  #items(name: string): Node[] {
    if (!this.has(name)) {
      this.fault(undefined, `"${name}" is missing`);
      return [];
    }
    const node = this.#node(name);
    if (isSeq<Node>(node)) return node.items;
    this.fault(name, `"${name}" must be a list`);
    return [];
  }

  #scalar(node: Node | undefined): unknown {
    return isScalar(node) ? node.value : undefined;
  }

  #textOf(node: Node | undefined, what: string, maxChars: number): string {
    const value = this.#scalar(node);
    if (typeof value !== 'string') {
      const isBare = typeof value === 'number' || typeof value === 'boolean';
      const hint = isBare ? `; put it in quotes: '${String(value)}'` : '';
      this.#context.faults.add(this.#context.placeOf(node), `${what} must be text${hint}`);
      return '';
    }
    const text = value.trim();
    if (text === '') this.#context.faults.add(this.#context.placeOf(node), `${what} is empty`);
    if (text.length <= maxChars) return text;
    const message = `${what} has ${text.length} characters; at most ${maxChars} are allowed`;
    this.#context.faults.add(this.#context.placeOf(node), message);
    return '';
  }
}
