/** A JSON Schema as TypeBox writes it into the document. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: Schema | Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  description?: string;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  schema: Schema;
}

/** One operation of the document that the running server gives out. */
export interface Operation {
  /** `GET /api/v1/content/units/{id}`. */
  name: string;
  method: string;
  path: string;
  isOpen: boolean;
  parameters: Parameter[];
  body: Schema | null;
  /** By status: schemas by media type; an empty record where there is no body. */
  responses: Record<string, Record<string, Schema>>;
}

export interface Document {
  openapi: string;
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface RawOperation {
  parameters?: Parameter[];
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export function readOperations({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      isOpen: raw.security?.length === 0,
      parameters: raw.parameters ?? [],
      body: raw.requestBody?.content['application/json']?.schema ?? null,
      responses: Object.fromEntries(
        Object.entries(raw.responses).map(([status, { content = {} }]) => [
          status,
          Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, schema])),
        ]),
      ),
    })),
  );
}

const ID_PATTERN = /\[0-9a-f(?:A-F)?\]\{(?:8|64)\}/;

/**
 * JSON Pointers (`*` for each item of a list) of the fields of a body that hold an id, and of those whose schema says nothing
 * and may hold anything.
 */
export function idFieldsOf(schema: Schema, at = ''): string[] {
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => idFieldsOf(one, `${at}/${name}`)),
    ...[schema.items ?? []].flat().flatMap((one) => idFieldsOf(one, `${at}/*`)),
    ...(schema.anyOf ?? []).flatMap((one) => idFieldsOf(one, at)),
  ];
  const isId = schema.type === 'string' && ID_PATTERN.test(schema.pattern ?? '');
  const saysNothing = schema.type === undefined && schema.anyOf === undefined && schema.enum === undefined;
  return [...new Set(isId || saysNothing ? [at, ...inner] : inner)];
}

/** `METHOD /path/{id}` of every route that the router prints (`printRoutes({ commonPrefix: false })`). */
export function readRouter(printed: string): string[] {
  const prefixes: string[] = [];
  return printed.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (\S+)(?: \(([^)]*)\))?$/.exec(line);
    if (match === null) return [];
    const [, indent = '', part = '', methods = ''] = match;
    const depth = indent.length / 4;
    prefixes.splice(depth, prefixes.length, part);
    const path = prefixes.join('').replace(/:([^/]+)/g, '{$1}');
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path}`);
  });
}
