package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

// send sends `count` messages `prefix-0 …` in one of four modes, going round the tags and the order keys; prints every
// result.
func send(arguments arguments) error {
	options := []producer.Option{
		producer.WithGroupName(arguments.text("group", "")),
		producer.WithNsResolver(primitive.NewPassthroughResolver(strings.Split(arguments.text("nameservers", ""), ";"))),
		producer.WithSendMsgTimeout(10 * time.Second),
	}
	if arguments.text("orderKeys", "") != "" {
		options = append(options, producer.WithQueueSelector(producer.NewHashQueueSelector()))
	}
	sender, err := rocketmq.NewProducer(options...)
	if err != nil {
		return err
	}
	if err := sender.Start(); err != nil {
		return err
	}
	defer sender.Shutdown()
	if arguments.text("mode", "sync") == "batch" {
		return sendBatch(sender, arguments)
	}
	var answers sync.WaitGroup
	for index := 0; index < arguments.number("count", 1); index++ {
		if err := sendOne(sender, arguments, index, &answers); err != nil {
			return err
		}
	}
	answers.Wait()
	if arguments.text("mode", "sync") == "oneway" {
		// Nothing tells when a one-way message left.
		time.Sleep(time.Second)
	}
	printLine("finished", nil)
	return nil
}

// sendBatch sends all messages in one request and prints its one result.
func sendBatch(sender rocketmq.Producer, arguments arguments) error {
	var messages []*primitive.Message
	for index := 0; index < arguments.number("count", 1); index++ {
		messages = append(messages, newMessage(arguments, index))
	}
	result, err := sender.SendSync(context.Background(), messages...)
	if err != nil {
		return err
	}
	sent(messages[0], result)
	printLine("finished", nil)
	return nil
}

func sendOne(sender rocketmq.Producer, arguments arguments, index int, answers *sync.WaitGroup) error {
	message := newMessage(arguments, index)
	switch mode := arguments.text("mode", "sync"); mode {
	case "sync":
		result, err := sender.SendSync(context.Background(), message)
		if err != nil {
			return err
		}
		sent(message, result)
		return nil
	case "async":
		answers.Add(1)
		return sender.SendAsync(context.Background(), func(_ context.Context, result *primitive.SendResult, err error) {
			defer answers.Done()
			if err != nil {
				printLine("failed", map[string]any{"reason": err.Error()})
				return
			}
			sent(message, result)
		}, message)
	case "oneway":
		return sender.SendOneWay(context.Background(), message)
	default:
		return fmt.Errorf("mode %s", mode)
	}
}

func newMessage(arguments arguments, index int) *primitive.Message {
	body := fmt.Sprintf("%s-%d", arguments.text("prefix", "message"), index)
	tags := strings.Split(arguments.text("tags", ""), ",")
	message := primitive.NewMessage(arguments.text("topic", ""), []byte(body))
	message.WithKeys([]string{"key-" + body})
	if tag := tags[index%len(tags)]; tag != "" {
		message.WithTag(tag)
	}
	if keys := arguments.text("orderKeys", ""); keys != "" {
		several := strings.Split(keys, ",")
		message.WithShardingKey(several[index%len(several)])
	}
	if level := arguments.number("delayLevel", 0); level > 0 {
		message.WithDelayTimeLevel(level)
	}
	message.WithProperty("colour", "blue & green = teal")
	return message
}

var statuses = map[primitive.SendStatus]string{
	primitive.SendOK:                "SEND_OK",
	primitive.SendFlushDiskTimeout:  "FLUSH_DISK_TIMEOUT",
	primitive.SendFlushSlaveTimeout: "FLUSH_SLAVE_TIMEOUT",
	primitive.SendSlaveNotAvailable: "SLAVE_NOT_AVAILABLE",
}

func sent(message *primitive.Message, result *primitive.SendResult) {
	printLine("sent", map[string]any{
		"body":            string(message.Body),
		"status":          statuses[result.Status],
		"messageId":       result.MsgID,
		"offsetMessageId": result.OffsetMsgID,
		"queueId":         result.MessageQueue.QueueId,
		"brokerName":      result.MessageQueue.BrokerName,
		"queueOffset":     result.QueueOffset,
	})
}
