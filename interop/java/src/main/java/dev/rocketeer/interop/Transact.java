package dev.rocketeer.interop;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Sends one message per outcome in `outcomes` (`commit`, `rollback`, or `unknown-commit`, whose outcome is told by the
 * check only) and prints what it sent and what it was asked for, until a line comes in. It compiles with clients since
 * 4.3.0.
 */
public final class Transact {
    private Transact() {
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        TransactionMQProducer producer = new TransactionMQProducer(arguments.text("group"));
        producer.setNamesrvAddr(arguments.text("nameservers"));
        producer.setSendMsgTimeout(10_000);
        producer.setTransactionListener(new Outcomes());
        producer.start();
        int index = 0;
        for (String outcome : arguments.text("outcomes").split(",")) {
            String body = outcome + "-" + index++;
            Message message = new Message(arguments.text("topic"), "paid", body, body.getBytes(StandardCharsets.UTF_8));
            message.putUserProperty("colour", "blue & green = teal");
            int immunitySeconds = arguments.number("immunitySeconds", 0);
            if (immunitySeconds > 0) {
                message.putUserProperty(
                    MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS, String.valueOf(immunitySeconds));
            }
            sent(message, producer.sendMessageInTransaction(message, outcome));
        }
        System.in.read();
        producer.shutdown();
        JsonLines.print("finished", Map.of());
        // Threads of the client would keep the program for three more seconds.
        System.exit(0);
    }

    private static void sent(Message message, SendResult result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("body", new String(message.getBody(), StandardCharsets.UTF_8));
        facts.put("status", result.getSendStatus().name());
        facts.put("messageId", result.getMsgId());
        facts.put("transactionId", result.getTransactionId());
        JsonLines.print("sent", facts);
    }

    /** The local transaction says what it was told to; the check says what comes behind the hyphen. */
    private static final class Outcomes implements TransactionListener {
        @Override
        public LocalTransactionState executeLocalTransaction(Message message, Object outcome) {
            return state((String) outcome);
        }

        @Override
        public LocalTransactionState checkLocalTransaction(MessageExt message) {
            String body = new String(message.getBody(), StandardCharsets.UTF_8);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("body", body);
            facts.put("topic", message.getTopic());
            facts.put("transactionId", message.getTransactionId());
            facts.put("colour", message.getUserProperty("colour"));
            JsonLines.print("asked", facts);
            return state(body.split("-")[1]);
        }

        private static LocalTransactionState state(String outcome) {
            switch (outcome) {
                case "commit":
                    return LocalTransactionState.COMMIT_MESSAGE;
                case "rollback":
                    return LocalTransactionState.ROLLBACK_MESSAGE;
                default:
                    return LocalTransactionState.UNKNOW;
            }
        }
    }
}
