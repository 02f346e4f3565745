import { expect, it } from 'vitest'
import { PROTOCOL_VERSION, versionName } from './version.js'

// Ordinals of Apache's MQVersion.
it.each([
  [PROTOCOL_VERSION, 'V5_5_0'],
  [512, 'V5_5_0_SNAPSHOT'],
  [411, 'V4_9_9'],
  [412, 'V5_0_0_SNAPSHOT'],
  [213, 'V4_0_0'],
  [121, 'V3'],
  [0, 'V3'],
])('%i is %s', (version, name) => {
  expect(versionName(version)).toBe(name)
})
