import Type, { type Static } from 'typebox';

const Condition = Type.Union([Type.Literal('ok'), Type.Literal('failing')]);
export const Health = Type.Object({ status: Condition, version: Type.String(), database: Condition, object_store: Condition });
export type Health = Static<typeof Health>;
