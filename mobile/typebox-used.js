import { Array, Boolean, Integer, Literal, Null, Number, Object, Optional, Record, String, Tuple, Union, Unknown } from 'typebox';
import { Check } from 'typebox/value';

/** All that `contract/` and `modules/` use of TypeBox; what is missing here is missing in the app, and fails its first start. */
export default { Array, Boolean, Integer, Literal, Null, Number, Object, Optional, Record, String, Tuple, Union, Unknown };
export const Value = { Check };
