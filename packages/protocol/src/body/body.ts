import { parseJavaJson } from './java-json.js'
import { type JsonStyle, type ObjectValue, object, type Shape, type Shapes } from './shape.js'

/**
 * One body: a shape that also stands alone. It is named like its Apache class, and so is the type of its values:
 *
 *     export const GroupList = body('GroupList', { groupList: list(string()) })
 *     export type GroupList = ValueOf<typeof GroupList>
 */
export interface Body<Value> extends Shape<Value> {
  encode(value: Value, style?: JsonStyle): Buffer
  /** Throws `BODY_MALFORMED`. */
  decode(body: Buffer): Value
}

/** The body of a Java bean with these fields. */
export function body<Fields extends Shapes>(name: string, fields: Fields): Body<ObjectValue<Fields>> {
  return bodyOf(name, object(fields))
}

/** The body of any shape, for example a list of beans. */
export function bodyOf<Value>(name: string, shape: Shape<Value>): Body<Value> {
  return {
    ...shape,
    encode: (value, style = 'java') => Buffer.from(shape.write(value, style)),
    decode: (bytes) => shape.read(parseJavaJson(bytes.toString('utf8'), name), name),
  }
}
