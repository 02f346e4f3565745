import { type MqadminRow, prints, refused, same } from './row.js'

const container = 'a broker container runs several brokers in one JVM'
const controller = 'a controller elects masters among slaves, and there are no slaves'
const rocksdb = 'nothing is kept in RocksDB'
const auth = 'users and access rules are not built'
const coldReads = 'reads of old messages are not limited per group'
const lite = 'lite topics are not built'
const statics = 'queues are not mapped across brokers'

/** What does not apply to a master without slaves, or is not built: refused with the reason. */
export const absentRows: readonly MqadminRow[] = [
  refused('addBroker -c {broker} -b /none.conf', container, /broker container/, /CODE: 3 /),
  refused('removeBroker -c {broker} -b DefaultCluster:broker-a:0', container, /broker container/, /CODE: 3 /),
  refused('getSyncStateSet -a {nameserver} -c DefaultCluster', controller, /no controller/, /CODE: 3 /),
  refused('getBrokerEpoch -c DefaultCluster', controller, /no controller/, /only for controllerMode/),
  refused('getControllerMetaData -a {nameserver}', controller, /no controller/, /CODE: 3 /),
  refused('getControllerConfig -a {nameserver}', controller, /no controller/, /CODE: 3 /),
  refused('updateControllerConfig -a {nameserver} -k a -v b', controller, /no controller/, /CODE: 3 /),
  refused(
    'electMaster -a {nameserver} -b 0 -bn broker-a -c DefaultCluster',
    controller,
    /no controller/,
    /CODE: 3 /,
  ),
  refused(
    'cleanBrokerMetadata -a {nameserver} -b 0 -bn broker-a -c DefaultCluster',
    controller,
    /no controller/,
    /CODE: 3 /,
  ),
  refused('updateColdDataFlowCtrGroupConfig -b {broker} -g billing -v 1024', coldReads, /not limited/),
  refused('removeColdDataFlowCtrGroupConfig -b {broker} -g billing', coldReads, /not limited/),
  refused('setCommitLogReadAheadMode -b {broker} -m 1', 'files are not mapped into memory', /no read-ahead/),
  refused('createUser -b {broker} -u anna -p secret', auth, /not built yet/),
  refused('updateUser -b {broker} -u anna -p other', auth, /not built yet/),
  refused('getUser -b {broker} -u anna', auth, /not built yet/),
  refused('listUser -b {broker}', auth, /not built yet/),
  refused('copyUser -f {broker} -t {broker}', auth, /not built yet/),
  refused('deleteUser -b {broker} -u anna', auth, /not built yet/),
  refused('createAcl -b {broker} -s User:anna -r Topic:* -a Pub -d Allow', auth, /not built yet/),
  refused(
    'updateAcl -b {broker} -s User:anna -r Topic:* -a Sub -d Allow -i 127.0.0.1',
    auth,
    /not built yet/,
  ),
  refused('getAcl -b {broker} -s User:anna', auth, /not built yet/),
  refused('listAcl -b {broker}', auth, /not built yet/),
  refused('copyAcl -f {broker} -t {broker}', auth, /not built yet/),
  refused('deleteAcl -b {broker} -s User:anna', auth, /not built yet/),
  refused('updateStaticTopic -c DefaultCluster -t fixed -qn 4', statics, /static topics/, /new mapping data/),
  prints('remappingStaticTopic -c DefaultCluster -t fixed', /No topic route to do the remapping/, {
    apache: /./,
    why: statics,
  }),
  refused('rocksDBConfigToJson -c DefaultCluster -t topics', rocksdb, /no RocksDB/),
  // It opens RocksDB on the machine it runs on, and asks no broker.
  same('exportMetadataInRocksDB -p {directory} -t topics', { prints: /RocksDB load error/, why: rocksdb }),
  refused('getBrokerLiteInfo -b {broker}', lite, /lite topics are not built/),
  // mqadmin keeps the reason of these to itself.
  same('getParentTopicInfo -p orders', { prints: /\[broker-a\] error/, why: lite }),
  same('getLiteTopicInfo -p orders -l one', { prints: /\[broker-a\] error/, why: lite }),
  same('getLiteClientInfo -p orders -g billing -c one', { prints: /\[broker-a\] error/, why: lite }),
  prints('getLiteGroupInfo -p orders -g billing', /\[broker-a\] error/, { why: lite }),
  same('triggerLiteDispatch -p orders -g billing', { prints: /broker-a +error/, why: lite }),
]
