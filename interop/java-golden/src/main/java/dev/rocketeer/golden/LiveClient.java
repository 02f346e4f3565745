package dev.rocketeer.golden;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

/** An ordinary Apache producer and push consumer. */
final class LiveClient {
    private static final int MESSAGES = 3;

    private LiveClient() {
    }

    static void run(String nameserver, String topic) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("golden-producer");
        producer.setNamesrvAddr(nameserver);
        producer.start();
        for (int i = 0; i < MESSAGES; i++) {
            producer.send(new Message(topic, "tag-a", "key-" + i, ("body " + i + " ✓").getBytes(StandardCharsets.UTF_8)), 10_000);
        }
        CountDownLatch seen = new CountDownLatch(MESSAGES);
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("golden-consumer");
        consumer.setNamesrvAddr(nameserver);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "tag-a || tag-b");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> seen.countDown());
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        if (!seen.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(seen.getCount() + " messages did not arrive");
        }
        consumer.shutdown();
        producer.shutdown();
    }
}
