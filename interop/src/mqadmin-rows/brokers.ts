import { type MqadminRow, prints, same, words } from './row.js'

/** Brokers and nameservers: figures, configuration, maintenance. */
export const brokerRows: readonly MqadminRow[] = [
  prints('brokerStatus -b {broker}', /timerEnqueueTps +: \d+\.\d/),
  prints('brokerStatus -c DefaultCluster', /brokerActive +: true/),
  prints('getBrokerConfig -b {broker}', /brokerName += +broker-a/),
  prints('getBrokerConfig -c DefaultCluster', /Master: {broker}/),
  same('updateBrokerConfig -b {broker} -k defaultTopicQueueNums -v 6', {
    shows: [words('getBrokerConfig -b {broker}'), /defaultTopicQueueNums += +6/],
  }),
  same('updateBrokerConfig -c DefaultCluster -k fileReservedTime -v 48', {
    shows: [words('getBrokerConfig -b {broker}'), /fileReservedTime += +48/],
  }),
  prints(
    'updateBrokerConfig -b {broker} -k flushDiskType -v SYNC_FLUSH',
    /"flushDiskType" cannot be changed while/,
    {
      apache: /success/,
      why: 'Apache takes it, and acts on it after the next start only',
    },
  ),
  prints('updateBrokerConfig -b {broker} -k noSuchKey -v 1', /"noSuchKey" is not a known property/, {
    apache: /success/,
    why: 'Apache takes any name, and nothing happens',
  }),
  prints('getNamesrvConfig', /orderMessageEnable += +false/),
  same('updateNamesrvConfig -k orderMessageEnable -v true', {
    shows: [['getNamesrvConfig'], /orderMessageEnable += +true/],
  }),
  same('updateKvConfig -s shop -k key -v value'),
  same('deleteKvConfig -s shop -k key'),
  same('wipeWritePerm -b broker-a', { shows: [words('topicRoute -t orders -l'), / 4 +4 +4/] }),
  same('addWritePerm -b broker-a', { shows: [words('topicRoute -t orders -l'), / 4 +4 +6/] }),
  same('cleanExpiredCQ -b {broker}', { prints: /success/ }),
  same('deleteExpiredCommitLog -b {broker}', { prints: /success/ }),
  same('resetMasterFlushOffset -b {broker} -o 0', { prints: /success/ }),
  same('haStatus -b {broker}', { prints: /#SlaveNum\s+0/ }),
  same('haStatus -c DefaultCluster'),
  same('switchTimerEngine -b {broker} -e F', { prints: /switchTimerEngine to FILE_TIME_WHEEL success/ }),
  prints('switchTimerEngine -b {broker} -e R', /CODE: 29 .*timers are kept in files/, {
    apache: /CODE: 29 .*timerRocksDBEnable/,
    why: 'there is one timer engine',
  }),
  prints('getColdDataFlowCtrInfo -b {broker}', /"runtimeTable":\{\}/),
  prints('getColdDataFlowCtrInfo -c DefaultCluster', /"configTable":\{\}/),
  prints(
    'checkRocksdbCqWriteProgress -c DefaultCluster -t orders',
    /there is no RocksDB to compare them with/,
    {
      apache: /broker-a check doing/,
      why: 'Apache compares in the background, and says in its log that there is nothing to compare',
    },
  ),
  same('exportMetadata -c DefaultCluster -f {directory}', { prints: /metadata\.json success/ }),
  same('exportMetadata -b {broker} -t -f {directory}', { prints: /topic\.json success/ }),
  same('exportMetadata -b {broker} -g -f {directory}', { prints: /subscriptionGroup\.json success/ }),
  same('exportConfigs -c DefaultCluster -f {directory}', { prints: /configs\.json success/ }),
  same('exportMetrics -c DefaultCluster -f {directory}', { prints: /metrics\.json success/ }),
  same('exportPopRecord -b {broker}', { prints: /dryRun=false$/m }),
]
