/** A transactional outbox: messages noted in the transaction of the business, sent by a relay.
 *
 * @module rocketeer/outbox
 */
export * from 'rocketeer/outbox'
