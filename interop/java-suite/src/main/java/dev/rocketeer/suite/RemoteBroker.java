package dev.rocketeer.suite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.broker.offset.ConsumerOffsetManager;
import org.apache.rocketmq.broker.out.BrokerOuterAPI;
import org.apache.rocketmq.broker.topic.TopicConfigManager;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.admin.OffsetWrapper;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** A broker in another process behind the face of Apache's BrokerController: what tests ask of it goes over the network. */
public final class RemoteBroker {
    private static final long REQUEST_TIMEOUT_MS = 10_000;

    private final RecordedConfig<BrokerConfig> brokerConfig;
    private final RecordedConfig<MessageStoreConfig> storeConfig;
    private final String name;
    private final String address;

    private RemoteBroker(RecordedConfig<BrokerConfig> brokerConfig, RecordedConfig<MessageStoreConfig> storeConfig) {
        this.brokerConfig = brokerConfig;
        this.storeConfig = storeConfig;
        name = brokerConfig.config().getBrokerName();
        Map<String, String> properties = new LinkedHashMap<>(brokerConfig.properties());
        properties.putAll(storeConfig.properties());
        address = "127.0.0.1:" + Harness.startBroker(name, properties);
        brokerConfig.onChange(this::update);
        storeConfig.onChange(this::update);
    }

    /** Starts a broker, or starts it again with the configuration that the one of the same name was stopped with. */
    public static BrokerController start(
        RecordedConfig<BrokerConfig> brokerConfig, RecordedConfig<MessageStoreConfig> storeConfig) {
        return new RemoteBroker(brokerConfig, storeConfig).controller();
    }

    private BrokerController controller() {
        return new StandIn<>(BrokerController.class)
            .answering("getBrokerAddr", arguments -> address)
            .answering("getBrokerConfig", arguments -> brokerConfig.config())
            .answering("getMessageStoreConfig", arguments -> storeConfig.config())
            .answering("getMessageStore", arguments -> store())
            .answering("getTopicConfigManager", arguments -> topics())
            .answering("getConsumerOffsetManager", arguments -> offsets())
            // Only to ask it for its view of the cluster again; brokers in processes of their own look for themselves.
            .answering("getBrokerOuterAPI", arguments ->
                new StandIn<>(BrokerOuterAPI.class).answering("refreshMetadata", none -> null).create())
            // Other brokers register a changed topic when they change it.
            .answering("registerBrokerAll", arguments -> null)
            .answering("shutdown", arguments -> stop())
            .create();
    }

    private DefaultMessageStore store() {
        return new StandIn<>(DefaultMessageStore.class)
            .answering("getMaxOffsetInQueue", arguments -> RemoteCluster.admin().maxOffset(queue(arguments, 0)))
            .answering("getMinOffsetInQueue", arguments -> RemoteCluster.admin().minOffset(queue(arguments, 0)))
            // An acknowledged message is in its queue.
            .answering("dispatchBehindBytes", arguments -> 0L)
            .create();
    }

    private TopicConfigManager topics() {
        return new StandIn<>(TopicConfigManager.class)
            .answering("getTopicConfigTable", arguments ->
                RemoteCluster.admin().getAllTopicConfig(address, REQUEST_TIMEOUT_MS).getTopicConfigTable())
            .answering("updateTopicConfig", arguments -> {
                RemoteCluster.admin().createAndUpdateTopicConfig(address, (TopicConfig) arguments[0]);
                return null;
            })
            .create();
    }

    private ConsumerOffsetManager offsets() {
        return new StandIn<>(ConsumerOffsetManager.class)
            .answering("queryOffset", arguments -> progress(arguments).getConsumerOffset())
            .answering("queryPullOffset", arguments -> progress(arguments).getPullOffset())
            .create();
    }

    /** Of a group (first argument) on a queue (topic and queue id behind it). */
    private OffsetWrapper progress(Object[] arguments) throws Exception {
        return RemoteCluster.admin()
            .examineConsumeStats((String) arguments[0], (String) arguments[1])
            .getOffsetTable().get(queue(arguments, 1));
    }

    private MessageQueue queue(Object[] arguments, int first) {
        return new MessageQueue((String) arguments[first], name, (Integer) arguments[first + 1]);
    }

    private void update(String option, String value) {
        Properties change = new Properties();
        change.setProperty(option, value);
        try {
            RemoteCluster.admin().updateBrokerConfig(address, change);
        } catch (Exception e) {
            // Apache's broker takes anything. What another does not know changes nothing of what it shows.
            JsonLines.print("not-updated", Map.of("broker", name, "option", option, "reason", e.getMessage()));
        }
    }

    private Object stop() {
        Harness.stopBroker(name);
        // What is set from here on is for the next start.
        brokerConfig.onChange((option, value) -> {
        });
        storeConfig.onChange((option, value) -> {
        });
        return null;
    }
}
