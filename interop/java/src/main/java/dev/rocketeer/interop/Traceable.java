package dev.rocketeer.interop;

import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** Clients that trace to a topic, unless it is empty. The constructors came with 4.4, so they are not compiled in. */
final class Traceable {
    private Traceable() {
    }

    static DefaultMQProducer producer(String group, String traceTopic) throws ReflectiveOperationException {
        return traceTopic.isEmpty() ? new DefaultMQProducer(group) : traced(DefaultMQProducer.class, group, traceTopic);
    }

    static DefaultMQPushConsumer consumer(String group, String traceTopic) throws ReflectiveOperationException {
        return traceTopic.isEmpty()
            ? new DefaultMQPushConsumer(group)
            : traced(DefaultMQPushConsumer.class, group, traceTopic);
    }

    private static <T> T traced(Class<T> type, String group, String topic) throws ReflectiveOperationException {
        return type.getConstructor(String.class, boolean.class, String.class).newInstance(group, true, topic);
    }
}
