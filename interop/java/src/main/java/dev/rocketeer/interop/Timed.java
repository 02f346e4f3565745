package dev.rocketeer.interop;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

/** Sends messages with delivery times, recalls one of them, and tries what brokers refuse; prints every answer. */
public final class Timed {
    private final DefaultMQProducer producer;
    private final String topic;

    private Timed(DefaultMQProducer producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        DefaultMQProducer producer = new DefaultMQProducer(arguments.text("group"));
        producer.setNamesrvAddr(arguments.text("nameservers"));
        producer.setSendMsgTimeout(10_000);
        producer.start();
        try {
            new Timed(producer, arguments.text("topic")).run();
        } finally {
            producer.shutdown();
        }
        JsonLines.print("finished", Map.of());
    }

    private void run() throws Exception {
        Message last = message("last");
        last.setDeliverTimeMs(System.currentTimeMillis() + 8_000);
        send(last);
        Message recalled = message("recalled");
        recalled.setDelayTimeMs(6_000);
        String handle = send(recalled).getRecallHandle();
        Message second = message("second");
        second.setDelayTimeMs(4_000);
        send(second);
        Message first = message("first");
        first.setDelayTimeSec(2);
        send(first);
        JsonLines.print("recalled", Map.of("messageId", producer.recallMessage(topic, handle)));
        Message far = message("far");
        far.setDelayTimeSec(4 * 24 * 3600);
        refused("too far", () -> producer.send(far));
        Message other = message("other topic");
        refused("another topic's handle", () -> {
            producer.send(new Message(topic + "-other", other.getBody()));
            producer.recallMessage(topic + "-other", handle);
        });
    }

    private Message message(String body) {
        return new Message(topic, body.getBytes(StandardCharsets.UTF_8));
    }

    private SendResult send(Message message) throws Exception {
        long before = System.currentTimeMillis();
        SendResult result = producer.send(message);
        JsonLines.print("sent", Map.of(
            "body", new String(message.getBody(), StandardCharsets.UTF_8),
            "before", before,
            "messageId", result.getMsgId(),
            "queueId", result.getMessageQueue().getQueueId()));
        return result;
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void refused(String what, Call call) throws Exception {
        try {
            call.run();
            JsonLines.print("accepted", Map.of("what", what));
        } catch (MQBrokerException refusal) {
            String reason = String.valueOf(refusal.getErrorMessage());
            JsonLines.print("refused", Map.of("what", what, "code", refusal.getResponseCode(), "reason", reason));
        }
    }
}
