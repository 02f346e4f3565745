import { type MqadminRow, prints, same } from './row.js'

/** Messages are sent and looked at in every way mqadmin has. */
export const messageRows: readonly MqadminRow[] = [
  prints('sendMessage -t orders -p hello -k k1 -c red -b broker-a -i 1 -m true', /broker-a +1 +SEND_OK/, {
    keep: ['id', /SEND_OK +([0-9A-F]{32,})/],
  }),
  prints('sendMessage -t orders -p again -k k2 -c blue -b broker-a -i 1', /broker-a +1 +SEND_OK/),
  prints('sendMsgStatus -b broker-a -s 64 -c 3', /(?:sendStatus=SEND_OK[\s\S]*){3}/),
  prints('checkMsgSendRT -t listed -a 3 -s 64', /(?:broker-a +\d +true[\s\S]*){3}Avg RT: /),
  prints('clusterRT -a 3 -s 64 -c DefaultCluster -i 1', /broker-a +\d+\.\d\d +3 +0/, { until: 'broker-a' }),
  same('topicStatus -t orders', { prints: /broker-a +1 +0 +2 / }),
  same('queryMsgByOffset -t orders -b broker-a -i 1 -o 0', {
    prints: /Keys: +\[k1\]/,
    keep: ['offsetId', /OffsetID: +([0-9A-F]{32})/],
  }),
  same('queryMsgByKey -t orders -k k1', { prints: /^[0-9A-F]{32,} +1 +0 +.*@K@k1@/m }),
  same('queryMsgById -t orders -i {offsetId}', { prints: /Tags: +\[red\]/ }),
  same('queryMsgByUniqueKey -t orders -i {id}', { prints: /Queue Offset: +0/ }),
  prints('queryMsgTraceById -i {id}', /Pub +\d+ +\S+ +[\d-]+ [\d:]+ +\d+ms +success/, { soon: true }),
  prints('printMsg -t orders', /MSGID: {id} /),
  prints('printMsgByQueue -t orders -a broker-a -i 1 -p true -d true', /MSGID: {id} /),
  same('queryCq -t orders -q 1 -i 0 -c 2', {
    prints: /max: 2, min: 0[\s\S]*physicOffset=\d+, physicSize=\d+/,
  }),
  prints('consumeMessage -t orders -b broker-a -i 1 -o 0 -c 1', /Consume ok[\s\S]*MSGID: {id} /),
  // It reads any file of records, so our commit log will do.
  prints('dumpCompactionLog -f {log}', /topic='orders'/),
]

/** Rows for a running consumer of `billing` that has received everything. */
export const consumerRows: readonly MqadminRow[] = [
  same('consumerConnection -g billing', { prints: /ConsumeType: CONSUME_PASSIVELY/, soon: true }),
  prints('consumerStatus -g billing', /Rebalance OK/, { keep: ['client', /^1 +(\S+)/m], soon: true }),
  prints('consumerStatus -g billing -i {client}', /Topic: orders +ClassFilter: false +SubExpression: \*/),
  prints('consumerStatus -g billing -i {client} -s', /TID: \d+ STATE: /),
  same('consumerProgress', { prints: /^billing +1 +V5_5_0 +PUSH +CLUSTERING +\S+ +0$/m, soon: true }),
  prints('consumerProgress -g billing', /^orders +broker-a +1 +2 +2 +0 /m, { soon: true }),
  prints('consumerProgress -g billing -t orders -s true', /^orders +broker-a +1 +2 +2 +\S+ +0 /m),
  prints('brokerConsumeStats -b {broker} -l 0', /Diff Total: 0/),
  prints('producerConnection -g CLIENT_INNER_PRODUCER -t orders', /{client} +127\.0\.0\.1:\d+ +JAVA +V5_5_0/),
  prints('producer -b {broker}', /producer group \(CLIENT_INNER_PRODUCER\) instance : clientId={client}/),
  prints('queryMsgById -t orders -i {id} -g billing -d {client}', /CR_SUCCESS/),
  prints('queryMsgByUniqueKey -t orders -i {id} -g billing -d {client}', /CR_SUCCESS/),
  prints('resetOffsetByTime -g billing -t orders -s now', /broker-a +1 +2/),
  same('resetOffsetByTime -g billing -t orders -s -1 -b {broker} -q 1 -o 1', {
    prints: /reset consumer offset to 1/,
  }),
  prints('skipAccumulatedMessage -g billing -t orders', /broker-a +1 +2/),
  prints('queryMsgById -t orders -i {id} -s true', /prepare resend msg[\s\S]*SEND_OK/),
  prints('statsAll', /^orders +billing +\d+ /m),
  prints('statsAll -a -t orders', /^orders +billing +\d+ /m),
  prints('cloneGroupOffset -s billing -d listed-group -t orders', /clone group offset success/, {
    shows: [['statsAll', '-t', 'orders'], /^orders +listed-group /m],
  }),
  {
    call: ['startMonitoring'],
    prints: /^\s*$/,
    shows: [['consumerConnection', '-g', '__MONITOR_CONSUMER'], /OFFSET_MOVED_EVENT/],
    soon: true,
  },
]
