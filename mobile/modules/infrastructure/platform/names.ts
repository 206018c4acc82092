const DATABASE_OR_AREA = /^[a-z0-9-]{1,100}$/;
const STORED_FILE = /^[0-9a-f]{64}\.[a-z0-9]{1,16}(\.part)?$/;
const EXPORTED_FILE = /^[a-z0-9-]{1,100}\.json$/;

/** Nothing from outside may name a path: what does not fit never reaches the disk (rule SE-6). */
export function checkDatabaseName(name: string): string {
  if (!DATABASE_OR_AREA.test(name)) throw new Error(`not a database name: ${JSON.stringify(name)}`);
  return name;
}

export function checkArea(area: string): string {
  if (!DATABASE_OR_AREA.test(area)) throw new Error(`not an area: ${JSON.stringify(area)}`);
  return area;
}

export function checkFileName(name: string): string {
  if (!STORED_FILE.test(name)) throw new Error(`not the name of a stored file: ${JSON.stringify(name)}`);
  return name;
}

export function checkExportName(name: string): string {
  if (!EXPORTED_FILE.test(name)) throw new Error(`not the name of an exported file: ${JSON.stringify(name)}`);
  return name;
}
