package dev.rocketeer.interop;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Does with message trace on what leaves a trace: sends `plain`, which the consumer fails on once, commits `committed`,
 * and sends and recalls `recalled`. Prints the ids, then ends.
 */
public final class Traced {
    private final Arguments arguments;
    private final String topic;

    private Traced(Arguments arguments) {
        this.arguments = arguments;
        this.topic = arguments.text("topic");
    }

    public static void main(String[] args) throws Exception {
        // DefaultRecallMessageTraceHook does nothing without.
        System.setProperty("com.rocketmq.recall.default.trace.enable", "true");
        new Traced(new Arguments(args)).run();
        JsonLines.print("finished", Map.of());
        System.exit(0);
    }

    private void run() throws Exception {
        String group = arguments.text("group");
        DefaultMQProducer producer = started(new DefaultMQProducer(group, true, arguments.text("traceTopic")));
        sent("plain", producer.send(message("plain")));
        Message later = message("recalled");
        later.setDelayTimeMs(60_000);
        SendResult waiting = producer.send(later);
        sent("recalled", waiting);
        producer.recallMessage(topic, waiting.getRecallHandle());
        producer.shutdown();

        TransactionMQProducer transactions =
            new TransactionMQProducer(group + "-transactions", null, true, arguments.text("traceTopic"));
        transactions.setTransactionListener(new Committed());
        started(transactions);
        sent("committed", transactions.sendMessageInTransaction(message("committed"), null));
        transactions.shutdown();
        consume(group + "-readers");
    }

    private <P extends DefaultMQProducer> P started(P producer) throws Exception {
        producer.setNamesrvAddr(arguments.text("nameservers"));
        producer.setSendMsgTimeout(10_000);
        producer.start();
        return producer;
    }

    /** Until the two messages came through, the first after a failure. */
    private void consume(String group) throws Exception {
        CountDownLatch consumed = new CountDownLatch(2);
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group, true, arguments.text("traceTopic"));
        consumer.setNamesrvAddr(arguments.text("nameservers"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPollNameServerInterval(1_000);
        consumer.setAwaitTerminationMillisWhenShutdown(5_000);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            MessageExt message = messages.get(0);
            if (message.getReconsumeTimes() == 0 && message.getTags().equals("plain")) {
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            }
            consumed.countDown();
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        if (!consumed.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(consumed.getCount() + " messages did not come");
        }
        consumer.shutdown();
    }

    private Message message(String name) {
        return new Message(topic, name, "key-" + name, name.getBytes(StandardCharsets.UTF_8));
    }

    private static void sent(String name, SendResult result) {
        JsonLines.print("sent", Map.of("name", name, "messageId", result.getMsgId()));
    }

    private static final class Committed implements TransactionListener {
        @Override
        public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
            return LocalTransactionState.COMMIT_MESSAGE;
        }

        @Override
        public LocalTransactionState checkLocalTransaction(MessageExt message) {
            return LocalTransactionState.COMMIT_MESSAGE;
        }
    }
}
