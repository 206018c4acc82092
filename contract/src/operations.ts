import Type, { type Static } from 'typebox';

const Condition = Type.Union([Type.Literal('ok'), Type.Literal('failing')]);
/** `draining`: this node has been told to stop, still answers, and should get no new requests. */
const NodeStatus = Type.Union([...Condition.anyOf, Type.Literal('draining')]);
export const Health = Type.Object({ status: NodeStatus, version: Type.String(), database: Condition, object_store: Condition });
export type Health = Static<typeof Health>;
