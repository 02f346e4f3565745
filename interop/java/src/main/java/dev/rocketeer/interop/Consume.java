package dev.rocketeer.interop;

import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * A push consumer that prints every delivery, or why it cannot start; fails the first `failures` deliveries of all
 * messages, or of those whose body begins with `stubborn`. It compiles with clients since 4.3.0.
 */
class Consume {
    private final Arguments arguments;

    Consume(Arguments arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] args) throws Exception {
        new Consume(new Arguments(args)).run();
    }

    /** What only some versions of the client have. */
    void configure(DefaultMQPushConsumer consumer, Arguments arguments) {
    }

    final void run() throws Exception {
        DefaultMQPushConsumer consumer = Traceable.consumer(arguments.text("group"), arguments.text("traceTopic", ""));
        consumer.setNamesrvAddr(arguments.text("nameservers"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        // Routes are fetched every 30 s by default; a topic made a moment ago would be waited for that long.
        consumer.setPollNameServerInterval(1_000);
        consumer.setMaxReconsumeTimes(arguments.number("maxReconsumeTimes", -1));
        configure(consumer, arguments);
        consumer.subscribe(arguments.text("topic"), selector());
        if (arguments.text("orderly", "false").equals("true")) {
            consumer.registerMessageListener((MessageListenerOrderly) (messages, context) ->
                handle(messages) ? ConsumeOrderlyStatus.SUCCESS : ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT);
        } else {
            consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) ->
                handle(messages) ? ConsumeConcurrentlyStatus.CONSUME_SUCCESS : ConsumeConcurrentlyStatus.RECONSUME_LATER);
        }
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

    private boolean handle(List<MessageExt> messages) {
        String stubborn = arguments.text("stubborn", "");
        int failures = arguments.number("failures", 0);
        boolean succeeded = true;
        for (MessageExt message : messages) {
            Map<String, Object> facts = JsonLines.describe(message);
            JsonLines.print("message", facts);
            succeeded &= !facts.get("body").toString().startsWith(stubborn) || message.getReconsumeTimes() >= failures;
        }
        return succeeded;
    }

    private MessageSelector selector() {
        String sql = arguments.text("sql", "");
        return sql.isEmpty()
            ? MessageSelector.byTag(arguments.text("expression", "*"))
            : MessageSelector.bySql(sql);
    }
}
