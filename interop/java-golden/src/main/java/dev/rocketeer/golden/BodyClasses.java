package dev.rocketeer.golden;

import java.util.List;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.protocol.DataVersion;
import org.apache.rocketmq.remoting.protocol.admin.ConsumeStats;
import org.apache.rocketmq.remoting.protocol.admin.TopicStatsTable;
import org.apache.rocketmq.remoting.protocol.body.AclInfo;
import org.apache.rocketmq.remoting.protocol.body.BatchAckMessageRequestBody;
import org.apache.rocketmq.remoting.protocol.body.BrokerStatsData;
import org.apache.rocketmq.remoting.protocol.body.CheckClientRequestBody;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.body.ConsumeMessageDirectlyResult;
import org.apache.rocketmq.remoting.protocol.body.ConsumeStatsList;
import org.apache.rocketmq.remoting.protocol.body.ConsumerConnection;
import org.apache.rocketmq.remoting.protocol.body.ConsumerOffsetSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.ConsumerRunningInfo;
import org.apache.rocketmq.remoting.protocol.body.CreateTopicListRequestBody;
import org.apache.rocketmq.remoting.protocol.body.EpochEntryCache;
import org.apache.rocketmq.remoting.protocol.body.GetBrokerMemberGroupResponseBody;
import org.apache.rocketmq.remoting.protocol.body.GetConsumerStatusBody;
import org.apache.rocketmq.remoting.protocol.body.GroupList;
import org.apache.rocketmq.remoting.protocol.body.HARuntimeInfo;
import org.apache.rocketmq.remoting.protocol.body.KVTable;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.body.LockBatchResponseBody;
import org.apache.rocketmq.remoting.protocol.body.MessageRequestModeSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.ProducerConnection;
import org.apache.rocketmq.remoting.protocol.body.ProducerTableInfo;
import org.apache.rocketmq.remoting.protocol.body.QueryAssignmentRequestBody;
import org.apache.rocketmq.remoting.protocol.body.QueryAssignmentResponseBody;
import org.apache.rocketmq.remoting.protocol.body.QueryConsumeQueueResponseBody;
import org.apache.rocketmq.remoting.protocol.body.QueryConsumeTimeSpanBody;
import org.apache.rocketmq.remoting.protocol.body.QueryCorrectionOffsetBody;
import org.apache.rocketmq.remoting.protocol.body.QuerySubscriptionResponseBody;
import org.apache.rocketmq.remoting.protocol.body.RegisterBrokerBody;
import org.apache.rocketmq.remoting.protocol.body.ResetOffsetBody;
import org.apache.rocketmq.remoting.protocol.body.ResetOffsetBodyForC;
import org.apache.rocketmq.remoting.protocol.body.SetMessageRequestModeRequestBody;
import org.apache.rocketmq.remoting.protocol.body.SubscriptionGroupList;
import org.apache.rocketmq.remoting.protocol.body.SubscriptionGroupWrapper;
import org.apache.rocketmq.remoting.protocol.body.TopicConfigAndMappingSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.TopicConfigSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.TopicList;
import org.apache.rocketmq.remoting.protocol.body.TopicQueueMappingSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.UnlockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.body.UserInfo;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupResponseBody;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.heartbeat.SubscriptionData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.apache.rocketmq.remoting.protocol.statictopic.TopicConfigAndQueueMapping;
import org.apache.rocketmq.remoting.protocol.statictopic.TopicQueueMappingDetail;
import org.apache.rocketmq.remoting.protocol.subscription.GroupForbidden;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** Every class that stands alone as a body. */
final class BodyClasses {
    static final List<Class<?>> ALL = List.of(
        AclInfo.class,
        BatchAckMessageRequestBody.class,
        BrokerStatsData.class,
        CheckClientRequestBody.class,
        ClusterInfo.class,
        ConsumeMessageDirectlyResult.class,
        ConsumeStats.class,
        ConsumeStatsList.class,
        ConsumerConnection.class,
        ConsumerOffsetSerializeWrapper.class,
        ConsumerRunningInfo.class,
        CreateTopicListRequestBody.class,
        DataVersion.class,
        EpochEntryCache.class,
        GetBrokerMemberGroupResponseBody.class,
        GetConsumerListByGroupResponseBody.class,
        GetConsumerStatusBody.class,
        GroupForbidden.class,
        GroupList.class,
        HARuntimeInfo.class,
        HeartbeatData.class,
        KVTable.class,
        LockBatchRequestBody.class,
        LockBatchResponseBody.class,
        MessageRequestModeSerializeWrapper.class,
        ProducerConnection.class,
        ProducerTableInfo.class,
        QueryAssignmentRequestBody.class,
        QueryAssignmentResponseBody.class,
        QueryConsumeQueueResponseBody.class,
        QueryConsumeTimeSpanBody.class,
        QueryCorrectionOffsetBody.class,
        QuerySubscriptionResponseBody.class,
        RegisterBrokerBody.class,
        ResetOffsetBody.class,
        ResetOffsetBodyForC.class,
        SetMessageRequestModeRequestBody.class,
        SubscriptionData.class,
        SubscriptionGroupConfig.class,
        SubscriptionGroupList.class,
        SubscriptionGroupWrapper.class,
        TopicConfig.class,
        TopicConfigAndMappingSerializeWrapper.class,
        TopicConfigAndQueueMapping.class,
        TopicConfigSerializeWrapper.class,
        TopicList.class,
        TopicQueueMappingDetail.class,
        TopicQueueMappingSerializeWrapper.class,
        TopicRouteData.class,
        TopicStatsTable.class,
        UnlockBatchRequestBody.class,
        UserInfo.class);

    private BodyClasses() {
    }

    static Class<?> named(String simpleName) {
        return ALL.stream().filter(body -> body.getSimpleName().equals(simpleName)).findFirst().orElseThrow();
    }
}
