package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.AllocateMessageQueueStrategy;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMachineRoomNearby;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragely;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragelyByCircle;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueByConfig;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueByMachineRoom;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueConsistentHash;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * How Apache's strategies divide queues among clients: {@code Allocations FILE} divides those of each case in a golden
 * file and rewrites the file. Queues are written {@code broker:id}; a machine room is what a name has before its first
 * '-'.
 */
public final class Allocations {
    private static final String TOPIC = "orders";

    private Allocations() {
    }

    public static void main(String[] args) throws Exception {
        Path file = Paths.get(args[0]);
        JSONObject golden = JSON.parseObject(Files.readString(file));
        for (Object each : golden.getJSONArray("cases")) {
            JSONObject division = (JSONObject) each;
            List<MessageQueue> queues = queues(division.getList("queues", String.class));
            List<String> clients = division.getList("clients", String.class);
            AllocateMessageQueueStrategy strategy = strategy(division);
            Map<String, List<String>> shares = new LinkedHashMap<>();
            for (String client : clients) {
                shares.put(client, texts(strategy.allocate("billing", client, queues, clients)));
            }
            division.put("shares", shares);
        }
        Files.writeString(file, JSON.toJSONString(golden, JSONWriter.Feature.PrettyFormat) + "\n");
    }

    private static AllocateMessageQueueStrategy strategy(JSONObject division) {
        switch (division.getString("strategy")) {
            case "machine-room": {
                AllocateMessageQueueByMachineRoom byRoom = new AllocateMessageQueueByMachineRoom();
                byRoom.setConsumeridcs(new HashSet<>(division.getList("rooms", String.class)));
                return byRoom;
            }
            case "nearby":
                return new AllocateMachineRoomNearby(named(division.getString("within")), new Resolver());
            case "config": {
                AllocateMessageQueueByConfig byConfig = new AllocateMessageQueueByConfig();
                byConfig.setMessageQueueList(queues(division.getList("listed", String.class)));
                return byConfig;
            }
            default:
                return named(division.getString("strategy"));
        }
    }

    private static AllocateMessageQueueStrategy named(String name) {
        switch (name) {
            case "average":
                return new AllocateMessageQueueAveragely();
            case "circle":
                return new AllocateMessageQueueAveragelyByCircle();
            case "consistent-hash":
                return new AllocateMessageQueueConsistentHash();
            default:
                throw new IllegalArgumentException(name);
        }
    }

    private static List<MessageQueue> queues(List<String> texts) {
        List<MessageQueue> queues = new ArrayList<>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            queues.add(new MessageQueue(TOPIC, text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))));
        }
        return queues;
    }

    private static List<String> texts(List<MessageQueue> queues) {
        List<String> texts = new ArrayList<>();
        for (MessageQueue queue : queues) {
            texts.add(queue.getBrokerName() + ":" + queue.getQueueId());
        }
        return texts;
    }

    private static final class Resolver implements AllocateMachineRoomNearby.MachineRoomResolver {
        @Override
        public String brokerDeployIn(MessageQueue queue) {
            return queue.getBrokerName().split("-")[0];
        }

        @Override
        public String consumerDeployIn(String clientId) {
            return clientId.split("-")[0];
        }
    }
}
