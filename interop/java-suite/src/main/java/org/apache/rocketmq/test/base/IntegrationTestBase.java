package org.apache.rocketmq.test.base;

import dev.rocketeer.suite.RecordedConfig;
import dev.rocketeer.suite.RemoteBroker;
import dev.rocketeer.suite.RemoteCluster;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.attribute.CQType;
import org.apache.rocketmq.common.attribute.TopicMessageType;
import org.apache.rocketmq.logging.org.slf4j.Logger;
import org.apache.rocketmq.logging.org.slf4j.LoggerFactory;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.test.util.MQAdminTestUtils;

/**
 * Stands before Apache's class of this name on the class path: where that one starts servers inside this JVM, this one
 * has them started as processes and hands out stand-ins. The cluster's shape (BaseConf) and the tests are Apache's.
 */
public class IntegrationTestBase {
    public static Logger logger = LoggerFactory.getLogger(IntegrationTestBase.class);
    private static final int TOPIC_TIMEOUT_SECONDS = 30;
    private static final AtomicInteger BROKERS = new AtomicInteger();
    private static final Map<BrokerConfig, RecordedConfig<BrokerConfig>> BROKER_CONFIGS = new IdentityHashMap<>();
    private static final Map<MessageStoreConfig, RecordedConfig<MessageStoreConfig>> STORE_CONFIGS =
        new IdentityHashMap<>();

    public static NamesrvController createAndStartNamesrv() {
        return RemoteCluster.startNameserver();
    }

    /** The settings that Apache's tests count on. */
    public static BrokerController createAndStartBroker(String nsAddr) {
        RecordedConfig<BrokerConfig> broker = new RecordedConfig<>(new BrokerConfig());
        broker.config().setBrokerName("TestBrokerName_" + BROKERS.incrementAndGet());
        broker.config().setNamesrvAddr(nsAddr);
        broker.config().setEnablePropertyFilter(true);
        broker.config().setRecallMessageEnable(true);
        RecordedConfig<MessageStoreConfig> store = new RecordedConfig<>(new MessageStoreConfig());
        store.config().setMappedFileSizeCommitLog(100 * 1024 * 1024);
        store.config().setMaxTransferCountOnMessageInMemory(1024);
        store.config().setMaxTransferCountOnMessageInDisk(1024);
        BROKER_CONFIGS.put(broker.config(), broker);
        STORE_CONFIGS.put(store.config(), store);
        return RemoteBroker.start(broker, store);
    }

    /** Starts a broker again that was shut down, from the configurations it handed out. */
    public static BrokerController createAndStartBroker(MessageStoreConfig storeConfig, BrokerConfig brokerConfig) {
        return RemoteBroker.start(BROKER_CONFIGS.get(brokerConfig), STORE_CONFIGS.get(storeConfig));
    }

    public static boolean initTopic(String topic, String nsAddr, String clusterName, CQType cqType) {
        return initTopic(topic, nsAddr, clusterName, BaseConf.QUEUE_NUMBERS, cqType);
    }

    public static boolean initTopic(String topic, String nsAddr, String clusterName, TopicMessageType type) {
        return initTopic(topic, nsAddr, clusterName, BaseConf.QUEUE_NUMBERS, CQType.SimpleCQ, type);
    }

    public static boolean initTopic(String topic, String nsAddr, String clusterName, int queues, CQType cqType) {
        return initTopic(topic, nsAddr, clusterName, queues, cqType, TopicMessageType.NORMAL);
    }

    public static boolean initTopic(
        String topic, String nsAddr, String clusterName, int queues, CQType cqType, TopicMessageType type) {
        Map<String, String> attributes = new HashMap<>();
        if (cqType != CQType.SimpleCQ) {
            attributes.put("+queue.type", cqType.toString());
        }
        if (type != TopicMessageType.NORMAL) {
            attributes.put("+message.type", type.toString());
        }
        return MQAdminTestUtils.createTopic(nsAddr, clusterName, topic, queues, attributes, TOPIC_TIMEOUT_SECONDS);
    }

    public static void initMQAdmin(String nsAddr) {
        try {
            MQAdminTestUtils.startAdmin(nsAddr);
        } catch (MQClientException e) {
            throw new IllegalStateException(e);
        }
    }
}
