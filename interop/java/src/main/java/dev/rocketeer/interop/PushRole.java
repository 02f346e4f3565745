package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSONObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/**
 * A push consumer that prints `message` when it is given one and `consumed` when it is done with it. It fails messages
 * whose body begins with `stubborn`, `failures` times each, and replies to requests when `replies` is set.
 */
final class PushRole implements Role {
    private final String name;
    private final DefaultMQPushConsumer consumer;
    private final DefaultMQProducer replier;
    private final String replies;
    private final int failures;
    private final int workMs;
    private final int suspendMs;

    PushRole(String name, JSONObject facts) throws Exception {
        this.name = name;
        failures = facts.getIntValue("failures", 0);
        workMs = facts.getIntValue("workMs", 0);
        suspendMs = facts.getIntValue("suspendMs", -1);
        replies = facts.getString("replies");
        replier = new DefaultMQProducer(facts.getString("group") + "_replier");
        consumer = new DefaultMQPushConsumer(facts.getString("group"));
        configure(facts);
        if (facts.getBooleanValue("orderly")) {
            consumer.registerMessageListener((MessageListenerOrderly) this::consumeOrderly);
        } else {
            consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) ->
                consume(messages) ? ConsumeConcurrentlyStatus.CONSUME_SUCCESS : ConsumeConcurrentlyStatus.RECONSUME_LATER);
        }
        if (replies != null) {
            replier.setNamesrvAddr(facts.getString("nameservers"));
            replier.start();
        }
        consumer.start();
    }

    private void configure(JSONObject facts) throws Exception {
        consumer.setNamesrvAddr(facts.getString("nameservers"));
        // Routes are fetched every 30 s by default; a topic made a moment ago would be waited for that long.
        consumer.setPollNameServerInterval(1_000);
        consumer.setAwaitTerminationMillisWhenShutdown(5_000);
        consumer.setPersistConsumerOffsetInterval(facts.getIntValue("persistMs", 1_000));
        consumer.setConsumeFromWhere(ConsumeFromWhere.valueOf(facts.getString("from")));
        if (facts.containsKey("timestamp")) {
            consumer.setConsumeTimestamp(facts.getString("timestamp"));
        }
        consumer.setMessageModel(MessageModel.valueOf(facts.getString("model")));
        if (facts.containsKey("instance")) {
            consumer.setInstanceName(facts.getString("instance"));
        }
        consumer.setMaxReconsumeTimes(facts.getIntValue("maxReconsumeTimes", -1));
        consumer.subscribe(facts.getString("topic"), facts.getString("expression"));
    }

    @Override
    public Object call(String call, JSONObject facts) {
        switch (call) {
            case "suspend":
                consumer.suspend();
                return null;
            case "resume":
                consumer.resume();
                return null;
            default:
                throw Role.unknown(call);
        }
    }

    @Override
    public void close() {
        consumer.shutdown();
        replier.shutdown();
    }

    private ConsumeOrderlyStatus consumeOrderly(List<MessageExt> messages, ConsumeOrderlyContext context) {
        context.setSuspendCurrentQueueTimeMillis(suspendMs);
        return consume(messages) ? ConsumeOrderlyStatus.SUCCESS : ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
    }

    private boolean consume(List<MessageExt> messages) {
        boolean succeeded = true;
        for (MessageExt message : messages) {
            print("message", message);
            succeeded &= work(message);
        }
        if (succeeded) {
            messages.forEach((message) -> print("consumed", message));
        }
        return succeeded;
    }

    private boolean work(MessageExt message) {
        String body = new String(message.getBody(), StandardCharsets.UTF_8);
        try {
            Thread.sleep(workMs);
            if (replies != null) {
                replier.send(MessageUtil.createReplyMessage(message, (replies + body).getBytes(StandardCharsets.UTF_8)));
            }
        } catch (Exception failure) {
            JsonLines.print("problem", Map.of("role", name, "reason", String.valueOf(failure)));
        }
        return !body.startsWith("stubborn") || message.getReconsumeTimes() >= failures;
    }

    private void print(String event, MessageExt message) {
        Map<String, Object> facts = JsonLines.describe(message);
        facts.put("role", name);
        JsonLines.print(event, facts);
    }
}
