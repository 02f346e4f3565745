import com.alibaba.fastjson2.JSON;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.FilterExpressionType;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/**
 * Sends messages of every kind with the gRPC client, and receives them, until a line comes in. Topics and groups are
 * called after the kind: `normal`, `fifo`, `delay`, `transaction`.
 */
public final class Grpc {
    private static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();
    private final ClientConfiguration configuration;

    private Grpc(String endpoints) {
        configuration = ClientConfiguration.newBuilder().setEndpoints(endpoints).enableSsl(false).build();
    }

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        new Grpc(args[0]).run();
        Runtime.getRuntime().halt(0);
    }

    private void run() throws Exception {
        push("normal");
        push("fifo");
        push("transaction");
        Producer producer = PROVIDER.newProducerBuilder()
            .setClientConfiguration(configuration)
            .setTopics("normal", "fifo", "delay", "transaction")
            .setTransactionChecker((message) -> {
                print("asked", message);
                return TransactionResolution.COMMIT;
            })
            .build();
        producer.send(message("normal", "plain").setTag("red").setKeys("key-plain").build());
        producer.sendAsync(message("normal", "async").build()).get(30, TimeUnit.SECONDS);
        producer.send(message("normal", "again").build());
        for (int index = 0; index < 6; index++) {
            String group = index % 2 == 0 ? "a" : "b";
            producer.send(message("fifo", group + index).setMessageGroup(group).build());
        }
        transact(producer);
        long due = System.currentTimeMillis() + 2_000;
        producer.send(message("delay", "late").setDeliveryTimestamp(due).build());
        receiveDelayed(due);
        System.in.read();
        // Push consumers are left open: their close waits for the long polls, up to half a minute.
        producer.close();
    }

    private static void transact(Producer producer) throws Exception {
        for (String outcome : List.of("commit", "rollback", "unknown")) {
            Transaction transaction = producer.beginTransaction();
            producer.send(message("transaction", outcome).build(), transaction);
            if (outcome.equals("commit")) {
                transaction.commit();
            } else if (outcome.equals("rollback")) {
                transaction.rollback();
            }
        }
    }

    /** Its messages whose body is `again` fail the first time. */
    private void push(String topic) throws Exception {
        PROVIDER.newPushConsumerBuilder()
            .setClientConfiguration(configuration)
            .setConsumerGroup(topic)
            .setSubscriptionExpressions(Map.of(topic, new FilterExpression("*", FilterExpressionType.TAG)))
            .setMessageListener((message) -> {
                String body = print("message", message);
                return body.equals("again") && message.getDeliveryAttempt() == 1
                    ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
            })
            .build();
    }

    private void receiveDelayed(long due) throws Exception {
        SimpleConsumer consumer = PROVIDER.newSimpleConsumerBuilder()
            .setClientConfiguration(configuration)
            .setConsumerGroup("delay")
            .setAwaitDuration(Duration.ofSeconds(5))
            .setSubscriptionExpressions(Map.of("delay", new FilterExpression("*", FilterExpressionType.TAG)))
            .build();
        while (true) {
            for (MessageView message : consumer.receive(8, Duration.ofSeconds(30))) {
                print(System.currentTimeMillis() >= due ? "message" : "early", message);
                consumer.ack(message);
                consumer.close();
                return;
            }
        }
    }

    private static MessageBuilder message(String topic, String body) {
        return PROVIDER.newMessageBuilder()
            .setTopic(topic)
            .setBody(body.getBytes(StandardCharsets.UTF_8))
            .addProperty("colour", "blue & green = teal");
    }

    private static String print(String event, MessageView message) {
        ByteBuffer bytes = message.getBody();
        String body = StandardCharsets.UTF_8.decode(bytes).toString();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("time", System.currentTimeMillis());
        line.put("topic", message.getTopic());
        line.put("body", body);
        line.put("tag", message.getTag().orElse(null));
        line.put("keys", message.getKeys());
        line.put("attempt", message.getDeliveryAttempt());
        line.put("colour", message.getProperties().get("colour"));
        synchronized (Grpc.class) {
            System.out.println(JSON.toJSONString(line));
        }
        return body;
    }
}
