import { bodyOf, list, mapOf, object, text, type ValueOf } from './shape.js'
import { brokerDataShape } from './topic-route-data.js'

export const clusterInfoShape = object({
  brokerAddrTable: mapOf(text(), brokerDataShape),
  clusterAddrTable: mapOf(text(), list(text())),
})

/** All broker names and which cluster each belongs to. Apache: ClusterInfo. */
export type ClusterInfo = ValueOf<typeof clusterInfoShape>

export const { encode: encodeClusterInfo, decode: decodeClusterInfo } = bodyOf(
  'ClusterInfo',
  clusterInfoShape,
)
