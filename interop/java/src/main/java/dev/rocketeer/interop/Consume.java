package dev.rocketeer.interop;

import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/** A push consumer that prints every delivery, or why it cannot start; fails the first `failures` deliveries. */
public final class Consume {
    private Consume() {
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        int failures = arguments.number("failures", 0);
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(arguments.text("group"));
        consumer.setNamesrvAddr(arguments.text("nameservers"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        // Routes are fetched every 30 s by default; a topic made a moment ago would be waited for that long.
        consumer.setPollNameServerInterval(1_000);
        // Lets the listener's last result be counted before the offsets are committed.
        consumer.setAwaitTerminationMillisWhenShutdown(5_000);
        consumer.setMaxReconsumeTimes(arguments.number("maxReconsumeTimes", -1));
        // Asking the broker for queues is what lets it answer that they be popped.
        consumer.setClientRebalance(!arguments.text("assignedBy", "client").equals("broker"));
        consumer.setPopInvisibleTime(arguments.number("popInvisibleMs", 60_000));
        consumer.subscribe(arguments.text("topic"), selector(arguments));
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            boolean failed = false;
            for (MessageExt message : messages) {
                JsonLines.print("message", JsonLines.describe(message));
                failed |= message.getReconsumeTimes() < failures;
            }
            return failed ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        try {
            consumer.start();
        } catch (MQClientException refused) {
            JsonLines.print("refused", Map.of(
                "code", refused.getResponseCode(),
                "reason", String.valueOf(refused.getErrorMessage())));
            System.exit(0);
        }
        JsonLines.print("started", Map.of());
        // Runs until the test closes it: by a line on standard input, or by a signal.
        System.in.read();
        consumer.shutdown();
        JsonLines.print("stopped", Map.of());
        System.exit(0);
    }

    private static MessageSelector selector(Arguments arguments) {
        String sql = arguments.text("sql", "");
        return sql.isEmpty()
            ? MessageSelector.byTag(arguments.text("expression", "*"))
            : MessageSelector.bySql(sql);
    }
}
