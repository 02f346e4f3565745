import type { JavaNumber } from './java-number.js'

export type OrderOperator = '>' | '>=' | '<' | '<='
export type TextOperator = 'CONTAINS' | 'STARTSWITH' | 'ENDSWITH'

/** `at`: where it begins in the text, for errors. */
interface Located {
  readonly at: number
}

interface Constant extends Located {
  readonly kind: 'constant'
  readonly value: string | boolean | JavaNumber | null
}
interface Property extends Located {
  readonly kind: 'property'
  readonly name: string
}
interface Negation extends Located {
  readonly kind: 'negation'
  readonly operand: Expression
}
interface Not extends Located {
  readonly kind: 'not'
  readonly operand: Expression
}
/** A property that stands where a condition is needed: NULL when it is missing, else FALSE, for it is a string. */
interface Cast extends Located {
  readonly kind: 'cast'
  readonly operand: Property
}
interface Logic extends Located {
  readonly kind: 'and' | 'or'
  readonly operands: readonly Expression[]
}
/** Also IS NULL: equality with NULL, which cannot be written as one. */
interface Equality extends Located {
  readonly kind: 'equality'
  readonly left: Expression
  readonly right: Expression
}
interface Order extends Located {
  readonly kind: 'order'
  readonly operator: OrderOperator
  readonly left: Expression
  readonly right: Expression
}
interface Membership extends Located {
  readonly kind: 'membership'
  readonly property: Property
  readonly values: ReadonlySet<string>
  readonly not: boolean
}
interface TextMatch extends Located {
  readonly kind: 'text'
  readonly operator: TextOperator
  readonly operand: Expression
  readonly search: string
  readonly not: boolean
}

export type Expression =
  | Constant
  | Property
  | Negation
  | Not
  | Cast
  | Logic
  | Equality
  | Order
  | Membership
  | TextMatch

/** Whether it yields TRUE, FALSE or NULL. Apache: BooleanExpression. */
export function isCondition(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.value === null || typeof expression.value === 'boolean'
    case 'property':
    case 'negation':
      return false
    default:
      return true
  }
}

export function isNumber(value: Constant['value']): value is JavaNumber {
  return typeof value === 'object' && value !== null
}
