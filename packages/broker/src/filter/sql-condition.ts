import { type Condition, compileCondition } from './sql/compile.js'
import { parseSql } from './sql/parse.js'

/** Apache keeps 100 (SelectorParser.PARSE_CACHE). */
const KEPT_MAX = 256

/** Compiled expressions by their text, the one used last at the end: pulls may bring theirs along each time. */
const kept = new Map<string, Condition>()

/** Throws SQL_EXPRESSION_INVALID. */
export function sqlCondition(expression: string): Condition {
  let condition = kept.get(expression)
  if (condition === undefined) {
    condition = compileCondition(parseSql(expression))
    if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value!)
  } else kept.delete(expression)
  kept.set(expression, condition)
  return condition
}
