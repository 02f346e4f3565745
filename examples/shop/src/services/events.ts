/** The services that give each paid order something, and what that is called. */
export const EFFECTS = ['coupon', 'red packet', 'points', 'goods', 'parcel'] as const
export type Effect = (typeof EFFECTS)[number]

export type BreakerState = 'closed' | 'open' | 'half-open'

/** What services tell the story while they run; `at` is added by the story, by its own clock. */
export type ShopEvent =
  | { readonly kind: 'ready' }
  /** Its process has ended, by itself or not. */
  | { readonly kind: 'gone' }
  /** An order was paid, as the order service's database says. */
  | { readonly kind: 'paid'; readonly order: string }
  /** An order was paid, and its message was given up. */
  | { readonly kind: 'unannounced'; readonly order: string }
  /** An order was closed because nobody had paid it in time. */
  | { readonly kind: 'closed'; readonly order: string }
  /** A change of an order was applied to the analytics copy, or refused by it. */
  | { readonly kind: 'copied'; readonly order: string; readonly state: string }
  | { readonly kind: 'not copied'; readonly order: string }
  | { readonly kind: 'effect'; readonly effect: Effect; readonly order: string; readonly attempt: number }
  /** A delivery that came again and had no effect. */
  | { readonly kind: 'repeated'; readonly effect: Effect; readonly order: string }
  /** A handler failed; `attempt` counts from 0. */
  | {
      readonly kind: 'failed'
      readonly effect: Effect
      readonly order: string
      readonly attempt: number
      readonly error: string
    }
  | { readonly kind: 'replayed'; readonly effect: Effect; readonly order: string }
  /** A sentence about what a remedy does just now. */
  | { readonly kind: 'note'; readonly text: string }
  /** The circuit breaker of the warehouse has changed. */
  | { readonly kind: 'breaker'; readonly state: BreakerState }
  | { readonly kind: 'problem'; readonly text: string }
  /** It has taken a step on its way to another cluster. */
  | { readonly kind: 'moved' }

/** An event with the service that told it and the time, in milliseconds since the story began. */
export type TimedEvent = ShopEvent & { readonly service: string; readonly at: number }
