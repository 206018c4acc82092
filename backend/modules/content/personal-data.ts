import {
  type Database,
  type PersonalData,
  type PersonalPart,
  type Queryable,
  tablePart,
  wireTime,
} from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import { PERSONAL_GAP } from './feed-sql.ts';
import type { Heads } from './heads.ts';
import { nextStamp } from './learner-repo.ts';
import { lockFeed } from './publish-repo.ts';
import { decodeDocument, fillDocument } from './unit-document.ts';

/** Stands for the owner of what an owner who is gone has left: tombstones. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** A version may take megabytes: few at a time. */
const VERSIONS_AT_ONCE = 4;

const TABLES: PersonalData['tables'] = {
  learner_feeds: { whose: 'user_id', withheld: { changed_in: 'number of a transaction of the database' } },
  my_units: { whose: 'user_id' },
  units: { whose: 'owner_id' },
  unit_versions: {
    whose: null,
    withheld: {
      summary_document: 'part of the full document',
      exercises: 'part of the full document',
    },
  },
  unit_parts: { whose: null },
  unit_objects: { whose: null, withheld: { unit_id: 'stands in the unit', object_id: 'stands in the full document' } },
};

interface ContentDataDeps {
  database: Database;
  objects: Pick<ObjectService, 'sign'>;
  heads: Heads;
}

/** A learner's feed and choice of units; a publisher's units with every version and file. */
export function createContentData({ database, objects, heads }: ContentDataDeps): PersonalData {
  const feed = tablePart(database, {
    name: 'feed',
    from: 'learner_feeds',
    whose: 'user_id',
    columns: `user_id, ${wireTime('started_at')} as started_at, ${wireTime('head')} as head`,
    key: 'user_id',
  });
  const myUnits = tablePart(database, {
    name: 'my_units',
    from: 'my_units',
    whose: 'user_id',
    columns: `unit_id, joined, ${wireTime('changed_at')} as changed_at`,
    key: 'unit_id',
  });
  const units = tablePart(database, {
    name: 'units',
    from: 'units',
    whose: 'owner_id',
    columns: `id, is_global, version, encode(content_hash, 'hex') as content_hash, full_bytes, summary_bytes,
      ${wireTime('updated_at')} as updated_at, ${wireTime('deleted_at')} as deleted_at,
      ${wireTime('hidden_at')} as hidden_at, hidden_reason`,
    key: 'id',
  });
  return {
    tables: TABLES,
    parts: [feed, myUnits, units, unitVersions(database, objects), unitParts(database, objects)],
    async erase(tx, { id }) {
      await tx.query('delete from my_units where user_id = $1', [id]);
      await tx.query('delete from learner_feeds where user_id = $1', [id]);
      await eraseUnits(tx, id);
    },
    forget: () => heads.forgetAll(),
  };
}

function unitVersions(database: Database, { sign }: Pick<ObjectService, 'sign'>): PersonalPart {
  return {
    name: 'unit_versions',
    async *read({ id }) {
      let [unitId, version] = [NOBODY, 0];
      for (;;) {
        const rows: StoredVersion[] = await database.query<StoredVersion>(
          `select v.unit_id, v.version, ${wireTime('v.published_at')} as published_at, v.full_document
             from unit_versions v join units u on u.id = v.unit_id
            where u.owner_id = $1 and (v.unit_id, v.version) > ($2, $3) order by v.unit_id, v.version limit ${VERSIONS_AT_ONCE}`,
          [id, unitId, version],
        );
        yield rows.map(({ full_document, ...head }) => {
          const filled = Buffer.concat(fillDocument(decodeDocument(full_document), false, sign));
          return { ...head, full_document: JSON.parse(filled.toString()) as unknown };
        });
        const last = rows.at(-1);
        if (last === undefined || rows.length < VERSIONS_AT_ONCE) return;
        [unitId, version] = [last.unit_id, last.version];
      }
    },
  };
}

interface StoredVersion {
  unit_id: string;
  version: number;
  published_at: string;
  full_document: string;
}

/** Files can be had by their addresses while these are fresh: an export that held the bytes would have no end. */
function unitParts(database: Database, { sign }: Pick<ObjectService, 'sign'>): PersonalPart {
  const parts = tablePart(database, {
    name: 'unit_parts',
    from: 'unit_parts p join units u on u.id = p.unit_id',
    whose: 'u.owner_id',
    columns: `p.id, p.unit_id, p.kind, encode(p.content_hash, 'hex') as content_hash, p.object_id, p.content_type,
      ${wireTime('p.updated_at')} as updated_at, ${wireTime('p.deleted_at')} as deleted_at, p.seen_by_all`,
    key: 'p.id',
  });
  return {
    name: parts.name,
    async *read(person) {
      for await (const page of parts.read(person)) yield page.map((part) => withAddress(part as StoredPart, sign));
    },
  };
}

interface StoredPart {
  object_id: string | null;
  content_type: string | null;
}

function withAddress(part: StoredPart, sign: ObjectService['sign']): object {
  if (part.object_id === null || part.content_type === null) return part;
  const { url, urlExpiresAt } = sign(part.object_id, part.content_type);
  return { ...part, url, url_expires_at: urlExpiresAt };
}

/**
 * What only the owner ever saw goes whole. Of what others could see there stay: the tombstone, ids (so that none is given anew), and
 * of each version what marks an answer, because a learner's phone may bring one after months (rule LS-5). Not a sentence of the
 * publisher's is left but the accepted answers.
 */
async function eraseUnits(tx: Queryable, ownerId: string): Promise<void> {
  const [owned] = await tx.query('select 1 from units where owner_id = $1 limit 1', [ownerId]);
  if (owned === undefined) return;
  const unseen = 'select id from units where owner_id = $1 and not is_global and hidden_at is null';
  await tx.query(`delete from unit_versions where unit_id in (${unseen})`, [ownerId]);
  await tx.query(`delete from unit_parts where unit_id in (${unseen}) or (not seen_by_all and unit_id in (${OWNED}))`, [ownerId]);
  await tx.query(`delete from units where id in (${unseen})`, [ownerId]);
  await tx.query(
    `update unit_versions set full_document = '', summary_document = '', exercises = ${BARE_EXERCISES} where unit_id in (${OWNED})`,
    [ownerId],
  );
  await tx.query(`update unit_parts set content_hash = '', object_id = null, content_type = null where unit_id in (${OWNED})`, [
    ownerId,
  ]);
  // Last, for other writers of content wait from here to the commit.
  await lockFeed(tx);
  await nextStamp(tx);
  await tx.query(TOMBSTONES, [ownerId, NOBODY]);
}

const OWNED = 'select id from units where owner_id = $1';

const BARE_EXERCISES = `(
  select coalesce(jsonb_agg(jsonb_build_array(lesson.pair -> 0, (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', e.one -> 'id', 'type', e.one -> 'type', 'correct_option_id', e.one -> 'correct_option_id',
      'canonical_answer', e.one -> 'canonical_answer', 'accepted_answers', e.one -> 'accepted_answers')) order by e.nth), '[]')
    from jsonb_array_elements(lesson.pair -> 1) with ordinality as e (one, nth))) order by lesson.nth), '[]')::text
  from jsonb_array_elements(exercises::jsonb) with ordinality as lesson (pair, nth))`;

/** Each unit its own stamp, as if they had been deleted one after the other: pages end between stamps (rule CT-2). */
const TOMBSTONES = `
with dying as (
  select u.id, f.head + (row_number() over (order by u.id) - 1) * ${PERSONAL_GAP} as stamp
    from units u, feed f where u.owner_id = $1 and u.deleted_at is null
), tombstones as (
  update units u set owner_id = $2, content_hash = '', full_bytes = 0, summary_bytes = 0,
         deleted_at = coalesce(u.deleted_at, d.stamp),
         hidden_at = case when u.is_global and u.deleted_at is null then d.stamp else u.hidden_at end,
         hidden_reason = case when u.is_global and u.deleted_at is null then 'deleted' else u.hidden_reason end
    from units o left join dying d on d.id = o.id where u.id = o.id and o.owner_id = $1
)
update feed set head = greatest(head, (select max(stamp) from dying))`;
