package dev.rocketeer.interop.spring;

import com.alibaba.fastjson2.JSON;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.spring.annotation.ConsumeMode;
import org.apache.rocketmq.spring.annotation.RocketMQMessageListener;
import org.apache.rocketmq.spring.annotation.RocketMQTransactionListener;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.core.RocketMQLocalTransactionListener;
import org.apache.rocketmq.spring.core.RocketMQLocalTransactionState;
import org.apache.rocketmq.spring.core.RocketMQTemplate;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Component;

/** A Spring Boot application that sends with a RocketMQTemplate and has listeners, until a line comes in. */
@SpringBootApplication
public class Shop {
    public static void main(String[] args) throws Exception {
        SpringApplication.run(Shop.class, args);
        System.in.read();
        System.exit(0);
    }

    @Bean
    CommandLineRunner sends(RocketMQTemplate template) {
        return (args) -> {
            for (String body : List.of("plain", "again")) {
                SendResult result = template.syncSend("spring:red", MessageBuilder.withPayload(body).setHeader("KEYS", "key-" + body).build());
                print("sent", Map.of("body", body, "status", result.getSendStatus().name()));
            }
            template.syncSend("spring:green", "filtered");
            for (int index = 0; index < 8; index++) {
                template.syncSendOrderly("spring-steps", "step-" + index, "order-1");
            }
            for (String outcome : List.of("commit", "rollback", "unknown")) {
                template.sendMessageInTransaction("spring-payments", MessageBuilder.withPayload(outcome).build(), null);
            }
        };
    }

    @Component
    @RocketMQMessageListener(topic = "spring", selectorExpression = "red", consumerGroup = "spring-readers")
    static class Reader implements RocketMQListener<MessageExt> {
        @Override
        public void onMessage(MessageExt message) {
            if (received(message).equals("again") && message.getReconsumeTimes() == 0) {
                throw new IllegalStateException("not yet");
            }
        }
    }

    @Component
    @RocketMQMessageListener(topic = "spring-steps", consumerGroup = "spring-steppers", consumeMode = ConsumeMode.ORDERLY)
    static class Stepper implements RocketMQListener<MessageExt> {
        @Override
        public void onMessage(MessageExt message) {
            received(message);
        }
    }

    @Component
    @RocketMQMessageListener(topic = "spring-payments", consumerGroup = "spring-payees")
    static class Payee implements RocketMQListener<MessageExt> {
        @Override
        public void onMessage(MessageExt message) {
            received(message);
        }
    }

    /** The check commits what the local transaction left open. */
    @RocketMQTransactionListener
    static class Outcomes implements RocketMQLocalTransactionListener {
        @Override
        public RocketMQLocalTransactionState executeLocalTransaction(Message message, Object argument) {
            switch (new String((byte[]) message.getPayload(), StandardCharsets.UTF_8)) {
                case "commit":
                    return RocketMQLocalTransactionState.COMMIT;
                case "rollback":
                    return RocketMQLocalTransactionState.ROLLBACK;
                default:
                    return RocketMQLocalTransactionState.UNKNOWN;
            }
        }

        @Override
        public RocketMQLocalTransactionState checkLocalTransaction(Message message) {
            print("asked", Map.of("body", new String((byte[]) message.getPayload(), StandardCharsets.UTF_8)));
            return RocketMQLocalTransactionState.COMMIT;
        }
    }

    private static String received(MessageExt message) {
        String body = new String(message.getBody(), StandardCharsets.UTF_8);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("topic", message.getTopic());
        facts.put("body", body);
        facts.put("tag", message.getTags());
        facts.put("keys", message.getKeys());
        facts.put("reconsumeTimes", message.getReconsumeTimes());
        print("message", facts);
        return body;
    }

    private static synchronized void print(String event, Map<String, Object> facts) {
        Map<String, Object> line = new LinkedHashMap<>(facts);
        line.put("event", event);
        line.put("time", System.currentTimeMillis());
        System.out.println(JSON.toJSONString(line));
    }
}
