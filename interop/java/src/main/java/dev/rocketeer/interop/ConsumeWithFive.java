package dev.rocketeer.interop;

import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;

/** A push consumer with what clients have since 5.0. */
final class ConsumeWithFive extends Consume {
    private ConsumeWithFive(Arguments arguments) {
        super(arguments);
    }

    public static void main(String[] args) throws Exception {
        new ConsumeWithFive(new Arguments(args)).run();
    }

    @Override
    void configure(DefaultMQPushConsumer consumer, Arguments arguments) {
        // Lets the listener's last result be counted before the offsets are committed.
        consumer.setAwaitTerminationMillisWhenShutdown(5_000);
        // Asking the broker for queues is what lets it answer that they be popped.
        consumer.setClientRebalance(!arguments.text("assignedBy", "client").equals("broker"));
        consumer.setPopInvisibleTime(arguments.number("popInvisibleMs", 60_000));
    }
}
