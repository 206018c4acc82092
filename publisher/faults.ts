/** Where something stands: a file as the person named it, and a line counted from 1. */
export type Place = { file: string; line: number };
export type Fault = Place & { message: string };

/** Collects every fault of a unit folder, so that one run names them all; the same one at the same place once. */
export class FaultList {
  readonly all: Fault[] = [];

  add(place: Place, message: string): void {
    const isKnown = this.all.some((fault) => fault.file === place.file && fault.line === place.line && fault.message === message);
    if (!isKnown) this.all.push({ ...place, message });
  }
}

/** `file:line: message`, the form that editors and terminals turn into a link. */
export function describeFault(fault: Fault): string {
  return `${fault.file}:${fault.line}: ${fault.message}`;
}
