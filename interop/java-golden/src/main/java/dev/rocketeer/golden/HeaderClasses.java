package dev.rocketeer.golden;

import java.util.List;
import java.util.stream.Stream;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.header.AckMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.AddBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ChangeInvisibleTimeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ChangeInvisibleTimeResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.CheckRocksdbCqWriteProgressRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.CheckTransactionStateRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.CloneGroupOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ConsumeMessageDirectlyResultRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ConsumerSendMsgBackRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.CreateAclRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.CreateTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.CreateUserRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.DeleteAclRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.DeleteSubscriptionGroupRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.DeleteTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.DeleteUserRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExchangeHAInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExchangeHAInfoResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.ExportRocksDBConfigToJsonRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetAclRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetAllSubscriptionGroupRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetAllSubscriptionGroupResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetAllTopicConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetAllTopicConfigResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetBrokerConfigResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetBrokerMemberGroupRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumeStatsInBrokerHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumeStatsRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerConnectionListRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerRunningInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerStatusRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetEarliestMsgStoretimeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetEarliestMsgStoretimeResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMinOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMinOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetProducerConnectionListRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetSubscriptionGroupConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetTopicConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetTopicStatsInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetTopicsByClusterRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetUserRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ListAclsRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ListUsersRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.NotificationRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.NotificationResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.NotifyConsumerIdsChangedRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.NotifyMinBrokerIdChangeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PeekMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PollingInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PollingInfoResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PopMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumeQueueRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumeTimeSpanRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryCorrectionOffsetHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.QuerySubscriptionByConsumerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryTopicConsumeByWhoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryTopicsByConsumerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.RecallMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.RecallMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.RemoveBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ReplyMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ResetMasterFlushOffsetHeader;
import org.apache.rocketmq.remoting.protocol.header.ResetOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ResumeCheckHalfMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SearchOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SearchOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;
import org.apache.rocketmq.remoting.protocol.header.SendMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.UnregisterClientRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateAclRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateGroupForbiddenRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateUserRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ViewBrokerStatsDataRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ViewMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.controller.ElectMasterRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.controller.ElectMasterResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.controller.GetMetaDataResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.controller.admin.CleanControllerBrokerDataRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.AddWritePermOfBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.AddWritePermOfBrokerResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.BrokerHeartbeatRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.DeleteKVConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.DeleteTopicFromNamesrvRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.GetKVConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.GetKVConfigResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.GetKVListByNamespaceRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.GetRouteInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.PutKVConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.QueryDataVersionRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.QueryDataVersionResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.RegisterBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.RegisterBrokerResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.RegisterTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.UnRegisterBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.WipeWritePermOfBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.WipeWritePermOfBrokerResponseHeader;

/** Apache's header classes of each command. */
final class HeaderClasses {
    static final List<Row> ROWS = List.of(
        new Row("SEND_MESSAGE", RequestCode.SEND_MESSAGE, SendMessageRequestHeader.class, SendMessageResponseHeader.class),
        new Row("SEND_MESSAGE_V2", RequestCode.SEND_MESSAGE_V2, SendMessageRequestHeaderV2.class, SendMessageResponseHeader.class),
        new Row("SEND_BATCH_MESSAGE", RequestCode.SEND_BATCH_MESSAGE, SendMessageRequestHeaderV2.class, SendMessageResponseHeader.class),
        new Row("SEND_REPLY_MESSAGE", RequestCode.SEND_REPLY_MESSAGE, SendMessageRequestHeader.class, SendMessageResponseHeader.class),
        new Row("SEND_REPLY_MESSAGE_V2", RequestCode.SEND_REPLY_MESSAGE_V2, SendMessageRequestHeaderV2.class, SendMessageResponseHeader.class),
        new Row("PUSH_REPLY_MESSAGE_TO_CLIENT", RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, ReplyMessageRequestHeader.class, null),
        new Row("CONSUMER_SEND_MSG_BACK", RequestCode.CONSUMER_SEND_MSG_BACK, ConsumerSendMsgBackRequestHeader.class, null),
        new Row("RECALL_MESSAGE", RequestCode.RECALL_MESSAGE, RecallMessageRequestHeader.class, RecallMessageResponseHeader.class),
        new Row("END_TRANSACTION", RequestCode.END_TRANSACTION, EndTransactionRequestHeader.class, null),
        new Row("CHECK_TRANSACTION_STATE", RequestCode.CHECK_TRANSACTION_STATE, CheckTransactionStateRequestHeader.class, null),
        new Row("RESUME_CHECK_HALF_MESSAGE", RequestCode.RESUME_CHECK_HALF_MESSAGE, ResumeCheckHalfMessageRequestHeader.class, null),
        new Row("PULL_MESSAGE", RequestCode.PULL_MESSAGE, PullMessageRequestHeader.class, PullMessageResponseHeader.class),
        new Row("LITE_PULL_MESSAGE", RequestCode.LITE_PULL_MESSAGE, PullMessageRequestHeader.class, PullMessageResponseHeader.class),
        new Row("POP_MESSAGE", RequestCode.POP_MESSAGE, PopMessageRequestHeader.class, PopMessageResponseHeader.class),
        new Row("ACK_MESSAGE", RequestCode.ACK_MESSAGE, AckMessageRequestHeader.class, null),
        new Row("CHANGE_MESSAGE_INVISIBLETIME", RequestCode.CHANGE_MESSAGE_INVISIBLETIME, ChangeInvisibleTimeRequestHeader.class, ChangeInvisibleTimeResponseHeader.class),
        new Row("PEEK_MESSAGE", RequestCode.PEEK_MESSAGE, PeekMessageRequestHeader.class, PopMessageResponseHeader.class),
        new Row("NOTIFICATION", RequestCode.NOTIFICATION, NotificationRequestHeader.class, NotificationResponseHeader.class),
        new Row("POLLING_INFO", RequestCode.POLLING_INFO, PollingInfoRequestHeader.class, PollingInfoResponseHeader.class),
        new Row("VIEW_MESSAGE_BY_ID", RequestCode.VIEW_MESSAGE_BY_ID, ViewMessageRequestHeader.class, null),
        new Row("QUERY_MESSAGE", RequestCode.QUERY_MESSAGE, QueryMessageRequestHeader.class, QueryMessageResponseHeader.class),
        new Row("QUERY_CONSUME_QUEUE", RequestCode.QUERY_CONSUME_QUEUE, QueryConsumeQueueRequestHeader.class, null),
        new Row("UNREGISTER_CLIENT", RequestCode.UNREGISTER_CLIENT, UnregisterClientRequestHeader.class, null),
        new Row("GET_CONSUMER_LIST_BY_GROUP", RequestCode.GET_CONSUMER_LIST_BY_GROUP, GetConsumerListByGroupRequestHeader.class, null),
        new Row("NOTIFY_CONSUMER_IDS_CHANGED", RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, NotifyConsumerIdsChangedRequestHeader.class, null),
        new Row("QUERY_CONSUMER_OFFSET", RequestCode.QUERY_CONSUMER_OFFSET, QueryConsumerOffsetRequestHeader.class, QueryConsumerOffsetResponseHeader.class),
        new Row("UPDATE_CONSUMER_OFFSET", RequestCode.UPDATE_CONSUMER_OFFSET, UpdateConsumerOffsetRequestHeader.class, null),
        new Row("GET_MAX_OFFSET", RequestCode.GET_MAX_OFFSET, GetMaxOffsetRequestHeader.class, GetMaxOffsetResponseHeader.class),
        new Row("GET_MIN_OFFSET", RequestCode.GET_MIN_OFFSET, GetMinOffsetRequestHeader.class, GetMinOffsetResponseHeader.class),
        new Row("SEARCH_OFFSET_BY_TIMESTAMP", RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, SearchOffsetRequestHeader.class, SearchOffsetResponseHeader.class),
        new Row("GET_EARLIEST_MSG_STORETIME", RequestCode.GET_EARLIEST_MSG_STORETIME, GetEarliestMsgStoretimeRequestHeader.class, GetEarliestMsgStoretimeResponseHeader.class),
        new Row("REGISTER_BROKER", RequestCode.REGISTER_BROKER, RegisterBrokerRequestHeader.class, RegisterBrokerResponseHeader.class),
        new Row("UNREGISTER_BROKER", RequestCode.UNREGISTER_BROKER, UnRegisterBrokerRequestHeader.class, null),
        new Row("BROKER_HEARTBEAT", RequestCode.BROKER_HEARTBEAT, BrokerHeartbeatRequestHeader.class, null),
        new Row("QUERY_DATA_VERSION", RequestCode.QUERY_DATA_VERSION, QueryDataVersionRequestHeader.class, QueryDataVersionResponseHeader.class),
        new Row("GET_ROUTEINFO_BY_TOPIC", RequestCode.GET_ROUTEINFO_BY_TOPIC, GetRouteInfoRequestHeader.class, null),
        new Row("GET_BROKER_MEMBER_GROUP", RequestCode.GET_BROKER_MEMBER_GROUP, GetBrokerMemberGroupRequestHeader.class, null),
        new Row("NOTIFY_MIN_BROKER_ID_CHANGE", RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE, NotifyMinBrokerIdChangeRequestHeader.class, null),
        new Row("PUT_KV_CONFIG", RequestCode.PUT_KV_CONFIG, PutKVConfigRequestHeader.class, null),
        new Row("GET_KV_CONFIG", RequestCode.GET_KV_CONFIG, GetKVConfigRequestHeader.class, GetKVConfigResponseHeader.class),
        new Row("DELETE_KV_CONFIG", RequestCode.DELETE_KV_CONFIG, DeleteKVConfigRequestHeader.class, null),
        new Row("GET_KVLIST_BY_NAMESPACE", RequestCode.GET_KVLIST_BY_NAMESPACE, GetKVListByNamespaceRequestHeader.class, null),
        new Row("WIPE_WRITE_PERM_OF_BROKER", RequestCode.WIPE_WRITE_PERM_OF_BROKER, WipeWritePermOfBrokerRequestHeader.class, WipeWritePermOfBrokerResponseHeader.class),
        new Row("ADD_WRITE_PERM_OF_BROKER", RequestCode.ADD_WRITE_PERM_OF_BROKER, AddWritePermOfBrokerRequestHeader.class, AddWritePermOfBrokerResponseHeader.class),
        new Row("GET_TOPICS_BY_CLUSTER", RequestCode.GET_TOPICS_BY_CLUSTER, GetTopicsByClusterRequestHeader.class, null),
        new Row("REGISTER_TOPIC_IN_NAMESRV", RequestCode.REGISTER_TOPIC_IN_NAMESRV, RegisterTopicRequestHeader.class, null),
        new Row("DELETE_TOPIC_IN_NAMESRV", RequestCode.DELETE_TOPIC_IN_NAMESRV, DeleteTopicFromNamesrvRequestHeader.class, null),
        new Row("UPDATE_AND_CREATE_TOPIC", RequestCode.UPDATE_AND_CREATE_TOPIC, CreateTopicRequestHeader.class, null),
        new Row("UPDATE_AND_CREATE_STATIC_TOPIC", RequestCode.UPDATE_AND_CREATE_STATIC_TOPIC, CreateTopicRequestHeader.class, null),
        new Row("DELETE_TOPIC_IN_BROKER", RequestCode.DELETE_TOPIC_IN_BROKER, DeleteTopicRequestHeader.class, null),
        new Row("GET_TOPIC_CONFIG", RequestCode.GET_TOPIC_CONFIG, GetTopicConfigRequestHeader.class, null),
        new Row("GET_ALL_TOPIC_CONFIG", RequestCode.GET_ALL_TOPIC_CONFIG, GetAllTopicConfigRequestHeader.class, GetAllTopicConfigResponseHeader.class),
        new Row("GET_TOPIC_STATS_INFO", RequestCode.GET_TOPIC_STATS_INFO, GetTopicStatsInfoRequestHeader.class, null),
        new Row("QUERY_TOPIC_CONSUME_BY_WHO", RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, QueryTopicConsumeByWhoRequestHeader.class, null),
        new Row("QUERY_TOPICS_BY_CONSUMER", RequestCode.QUERY_TOPICS_BY_CONSUMER, QueryTopicsByConsumerRequestHeader.class, null),
        new Row("DELETE_SUBSCRIPTIONGROUP", RequestCode.DELETE_SUBSCRIPTIONGROUP, DeleteSubscriptionGroupRequestHeader.class, null),
        new Row("GET_SUBSCRIPTIONGROUP_CONFIG", RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, GetSubscriptionGroupConfigRequestHeader.class, null),
        new Row("GET_ALL_SUBSCRIPTIONGROUP_CONFIG", RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, GetAllSubscriptionGroupRequestHeader.class, GetAllSubscriptionGroupResponseHeader.class),
        new Row("UPDATE_AND_GET_GROUP_FORBIDDEN", RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, UpdateGroupForbiddenRequestHeader.class, null),
        new Row("GET_CONSUMER_CONNECTION_LIST", RequestCode.GET_CONSUMER_CONNECTION_LIST, GetConsumerConnectionListRequestHeader.class, null),
        new Row("GET_PRODUCER_CONNECTION_LIST", RequestCode.GET_PRODUCER_CONNECTION_LIST, GetProducerConnectionListRequestHeader.class, null),
        new Row("GET_CONSUME_STATS", RequestCode.GET_CONSUME_STATS, GetConsumeStatsRequestHeader.class, null),
        new Row("GET_BROKER_CONSUME_STATS", RequestCode.GET_BROKER_CONSUME_STATS, GetConsumeStatsInBrokerHeader.class, null),
        new Row("QUERY_CONSUME_TIME_SPAN", RequestCode.QUERY_CONSUME_TIME_SPAN, QueryConsumeTimeSpanRequestHeader.class, null),
        new Row("QUERY_SUBSCRIPTION_BY_CONSUMER", RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, QuerySubscriptionByConsumerRequestHeader.class, null),
        new Row("QUERY_CORRECTION_OFFSET", RequestCode.QUERY_CORRECTION_OFFSET, QueryCorrectionOffsetHeader.class, null),
        new Row("CLONE_GROUP_OFFSET", RequestCode.CLONE_GROUP_OFFSET, CloneGroupOffsetRequestHeader.class, null),
        new Row("INVOKE_BROKER_TO_RESET_OFFSET", RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, ResetOffsetRequestHeader.class, null),
        new Row("RESET_CONSUMER_CLIENT_OFFSET", RequestCode.RESET_CONSUMER_CLIENT_OFFSET, ResetOffsetRequestHeader.class, null),
        new Row("INVOKE_BROKER_TO_GET_CONSUMER_STATUS", RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, GetConsumerStatusRequestHeader.class, null),
        new Row("GET_CONSUMER_STATUS_FROM_CLIENT", RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, GetConsumerStatusRequestHeader.class, null),
        new Row("GET_CONSUMER_RUNNING_INFO", RequestCode.GET_CONSUMER_RUNNING_INFO, GetConsumerRunningInfoRequestHeader.class, null),
        new Row("CONSUME_MESSAGE_DIRECTLY", RequestCode.CONSUME_MESSAGE_DIRECTLY, ConsumeMessageDirectlyResultRequestHeader.class, null),
        new Row("GET_BROKER_CONFIG", RequestCode.GET_BROKER_CONFIG, null, GetBrokerConfigResponseHeader.class),
        new Row("VIEW_BROKER_STATS_DATA", RequestCode.VIEW_BROKER_STATS_DATA, ViewBrokerStatsDataRequestHeader.class, null),
        new Row("RESET_MASTER_FLUSH_OFFSET", RequestCode.RESET_MASTER_FLUSH_OFFSET, ResetMasterFlushOffsetHeader.class, null),
        new Row("EXCHANGE_BROKER_HA_INFO", RequestCode.EXCHANGE_BROKER_HA_INFO, ExchangeHAInfoRequestHeader.class, ExchangeHAInfoResponseHeader.class),
        new Row("ADD_BROKER", RequestCode.ADD_BROKER, AddBrokerRequestHeader.class, null),
        new Row("REMOVE_BROKER", RequestCode.REMOVE_BROKER, RemoveBrokerRequestHeader.class, null),
        new Row("CHECK_ROCKSDB_CQ_WRITE_PROGRESS", RequestCode.CHECK_ROCKSDB_CQ_WRITE_PROGRESS, CheckRocksdbCqWriteProgressRequestHeader.class, null),
        new Row("EXPORT_ROCKSDB_CONFIG_TO_JSON", RequestCode.EXPORT_ROCKSDB_CONFIG_TO_JSON, ExportRocksDBConfigToJsonRequestHeader.class, null),
        new Row("AUTH_CREATE_USER", RequestCode.AUTH_CREATE_USER, CreateUserRequestHeader.class, null),
        new Row("AUTH_UPDATE_USER", RequestCode.AUTH_UPDATE_USER, UpdateUserRequestHeader.class, null),
        new Row("AUTH_DELETE_USER", RequestCode.AUTH_DELETE_USER, DeleteUserRequestHeader.class, null),
        new Row("AUTH_GET_USER", RequestCode.AUTH_GET_USER, GetUserRequestHeader.class, null),
        new Row("AUTH_LIST_USER", RequestCode.AUTH_LIST_USER, ListUsersRequestHeader.class, null),
        new Row("AUTH_CREATE_ACL", RequestCode.AUTH_CREATE_ACL, CreateAclRequestHeader.class, null),
        new Row("AUTH_UPDATE_ACL", RequestCode.AUTH_UPDATE_ACL, UpdateAclRequestHeader.class, null),
        new Row("AUTH_DELETE_ACL", RequestCode.AUTH_DELETE_ACL, DeleteAclRequestHeader.class, null),
        new Row("AUTH_GET_ACL", RequestCode.AUTH_GET_ACL, GetAclRequestHeader.class, null),
        new Row("AUTH_LIST_ACL", RequestCode.AUTH_LIST_ACL, ListAclsRequestHeader.class, null),
        new Row("CONTROLLER_GET_METADATA_INFO", RequestCode.CONTROLLER_GET_METADATA_INFO, null, GetMetaDataResponseHeader.class),
        new Row("CONTROLLER_ELECT_MASTER", RequestCode.CONTROLLER_ELECT_MASTER, ElectMasterRequestHeader.class, ElectMasterResponseHeader.class),
        new Row("CLEAN_BROKER_DATA", RequestCode.CLEAN_BROKER_DATA, CleanControllerBrokerDataRequestHeader.class, null));

    private HeaderClasses() {
    }

    static Class<? extends CommandCustomHeader> named(String simpleName) {
        return ROWS.stream().flatMap(row -> Stream.of(row.request, row.response))
            .filter(header -> header != null && header.getSimpleName().equals(simpleName)).findFirst().orElseThrow();
    }

    static final class Row {
        final String name;
        final int code;
        final Class<? extends CommandCustomHeader> request;
        final Class<? extends CommandCustomHeader> response;

        Row(String name, int code, Class<? extends CommandCustomHeader> request, Class<? extends CommandCustomHeader> response) {
            this.name = name;
            this.code = code;
            this.request = request;
            this.response = response;
        }
    }
}
