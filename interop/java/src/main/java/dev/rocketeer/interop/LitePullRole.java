package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSONObject;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageQueue;

/** A lite pull consumer, which subscribes to its `topic` or is assigned all or one of the topic's queues. */
final class LitePullRole implements Role {
    private final DefaultLitePullConsumer consumer;
    private final String topic;

    LitePullRole(JSONObject facts) throws Exception {
        topic = facts.getString("topic");
        consumer = new DefaultLitePullConsumer(facts.getString("group"));
        consumer.setNamesrvAddr(facts.getString("nameservers"));
        consumer.setPollNameServerInterval(1_000);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setAutoCommit(facts.getBooleanValue("autoCommit"));
        if (facts.getBooleanValue("subscribe")) {
            consumer.subscribe(topic, facts.getString("expression"));
        }
        consumer.start();
    }

    @Override
    public Object call(String name, JSONObject facts) throws Exception {
        switch (name) {
            case "poll":
                return consumer.poll(facts.getLongValue("timeoutMs")).stream()
                    .map(JsonLines::describe).collect(Collectors.toList());
            case "fetchMessageQueues":
                return describe(consumer.fetchMessageQueues(topic));
            case "assignment":
                return describe(consumer.assignment());
            case "assign":
                consumer.assign(facts.containsKey("queue")
                    ? Set.of(Role.queue(facts))
                    : consumer.fetchMessageQueues(topic));
                return null;
            case "seek":
                consumer.seek(Role.queue(facts), facts.getLongValue("offset"));
                return null;
            case "seekToBegin":
                consumer.seekToBegin(Role.queue(facts));
                return null;
            case "seekToEnd":
                consumer.seekToEnd(Role.queue(facts));
                return null;
            case "offsetForTimestamp":
                return consumer.offsetForTimestamp(Role.queue(facts), facts.getLongValue("timestamp"));
            case "commitSync":
                consumer.commitSync();
                return null;
            case "committed":
                return consumer.committed(Role.queue(facts));
            case "pause":
                consumer.pause(List.of(Role.queue(facts)));
                return null;
            case "resume":
                consumer.resume(List.of(Role.queue(facts)));
                return null;
            default:
                throw Role.unknown(name);
        }
    }

    @Override
    public void close() {
        consumer.shutdown();
    }

    private static Object describe(Collection<MessageQueue> queues) {
        return queues.stream().sorted().map(Role::describe).collect(Collectors.toList());
    }
}
