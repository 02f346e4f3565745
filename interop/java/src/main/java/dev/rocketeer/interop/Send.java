package dev.rocketeer.interop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.selector.SelectMessageQueueByHash;
import org.apache.rocketmq.common.message.Message;

/**
 * Sends `count` messages `prefix-0 …` in one of the modes, going round the tags; prints every result. With `hold` it
 * closes the producer when a line comes in. It compiles with clients since 4.3.0.
 */
public final class Send {
    private Send() {
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        DefaultMQProducer producer = Traceable.producer(arguments.text("group"), arguments.text("traceTopic", ""));
        producer.setNamesrvAddr(arguments.text("nameservers"));
        producer.setSendMsgTimeout(10_000);
        producer.start();
        try {
            send(producer, arguments);
            if (arguments.text("hold", "false").equals("true")) {
                JsonLines.print("held", Map.of());
                System.in.read();
            }
        } finally {
            producer.shutdown();
        }
        JsonLines.print("finished", Map.of());
        // Threads of the client would keep the program for three more seconds.
        System.exit(0);
    }

    private static void send(DefaultMQProducer producer, Arguments arguments) throws Exception {
        int count = arguments.number("count", 1);
        String mode = arguments.text("mode", "sync");
        if ("batch".equals(mode)) {
            sendBatch(producer, arguments, count);
            return;
        }
        CountDownLatch answers = new CountDownLatch("async".equals(mode) ? count : 0);
        for (int index = 0; index < count; index++) {
            Message message = message(arguments, index);
            switch (mode) {
                case "sync":
                    sent(message, sendInOrder(producer, message, arguments, index));
                    break;
                case "async":
                    producer.send(message, callback(message, answers));
                    break;
                case "oneway":
                    producer.sendOneway(message);
                    break;
                default:
                    throw new IllegalArgumentException("mode " + mode);
            }
        }
        if (!answers.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException(answers.getCount() + " sends without an answer");
        }
        if ("oneway".equals(mode)) {
            // Nothing tells when a one-way message left; Apache's own examples sleep before the shutdown as well.
            Thread.sleep(1_000);
        }
    }

    /** All in one request; its result has the ids of all. */
    private static void sendBatch(DefaultMQProducer producer, Arguments arguments, int count) throws Exception {
        List<Message> messages = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            messages.add(message(arguments, index));
        }
        sent(messages.get(0), producer.send(messages));
    }

    /** With order keys, which the messages go round, all of a key go to one queue. */
    private static SendResult sendInOrder(
        DefaultMQProducer producer, Message message, Arguments arguments, int index) throws Exception {
        String[] keys = arguments.text("orderKeys", "").split(",");
        String key = keys[index % keys.length];
        return key.isEmpty() ? producer.send(message) : producer.send(message, new SelectMessageQueueByHash(), key);
    }

    private static Message message(Arguments arguments, int index) {
        String body = arguments.text("prefix", "message") + "-" + index;
        String[] tags = arguments.text("tags", "").split(",", -1);
        Message message = new Message(arguments.text("topic"), body.getBytes(StandardCharsets.UTF_8));
        message.setKeys("key-" + body);
        if (!tags[index % tags.length].isEmpty()) {
            message.setTags(tags[index % tags.length]);
        }
        if (arguments.number("delayLevel", 0) > 0) {
            message.setDelayTimeLevel(arguments.number("delayLevel", 0));
        }
        message.putUserProperty("colour", "blue & green = teal");
        message.putUserProperty("index", String.valueOf(index));
        return message;
    }

    private static SendCallback callback(Message message, CountDownLatch answers) {
        return new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
                sent(message, result);
                answers.countDown();
            }

            @Override
            public void onException(Throwable error) {
                JsonLines.print("failed", Map.of("reason", String.valueOf(error)));
                answers.countDown();
            }
        };
    }

    private static void sent(Message message, SendResult result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("body", new String(message.getBody(), StandardCharsets.UTF_8));
        facts.put("status", result.getSendStatus().name());
        facts.put("messageId", result.getMsgId());
        facts.put("offsetMessageId", result.getOffsetMsgId());
        facts.put("queueId", result.getMessageQueue().getQueueId());
        facts.put("brokerName", result.getMessageQueue().getBrokerName());
        facts.put("queueOffset", result.getQueueOffset());
        JsonLines.print("sent", facts);
    }
}
