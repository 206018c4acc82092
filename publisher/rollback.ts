import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnitVersion } from '@haversack/contract';
import { validate as isUuid } from 'uuid';
import { describeFault, FaultList } from './faults.ts';
import type { Server } from './server.ts';
import { readFields } from './yaml-fields.ts';

/** A unit's id, given as it is or as the folder whose `unit.yaml` names it; null, with words for why, when it is neither. */
export function readUnitId(folderOrId: string): { id: string } | { id: null; why: string } {
  if (isUuid(folderOrId)) return { id: folderOrId.toLowerCase() };
  const file = join(folderOrId, 'unit.yaml');
  if (!existsSync(file)) return { id: null, why: `${folderOrId} is no unit's id, and no folder that holds unit.yaml` };
  const faults = new FaultList();
  const id = readFields({ file, firstLine: 1, text: readFileSync(file, 'utf8') }, faults)?.text('id', 36) ?? '';
  if (isUuid(id)) return { id: id.toLowerCase() };
  return { id: null, why: faults.all.map(describeFault)[0] ?? `${file} names no id` };
}

/** Every version, the newest first. */
export async function listAllVersions(server: Server, unitId: string): Promise<UnitVersion[]> {
  const versions: UnitVersion[] = [];
  for (;;) {
    const page = await server.listVersions(unitId, versions.at(-1)?.version ?? null);
    versions.push(...page.versions);
    if (!page.has_more) return versions;
  }
}

export type RolledBack = { version: number; wasThere: boolean; title: string };

/**
 * Publishes what an earlier version held as the next one, over the version that is there now and no other. Cut off anywhere,
 * running it again ends in the same state.
 */
export async function rollBack(server: Server, unitId: string, to: number): Promise<RolledBack> {
  const current = (await server.listVersions(unitId, null)).versions[0]?.version ?? 0;
  const { version, title } = await server.rollBack(unitId, to, `rollback-${randomUUID()}`, current);
  return { version, title, wasThere: version === current };
}
