package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

// transact sends one message per outcome in `outcomes` (`commit`, `rollback`, or `unknown-commit`, whose outcome is
// told by the check only) and prints what it sent and what it was asked for, until a line comes in.
func transact(arguments arguments) error {
	sender, err := rocketmq.NewTransactionProducer(outcomes{},
		producer.WithGroupName(arguments.text("group", "")),
		producer.WithNsResolver(primitive.NewPassthroughResolver(strings.Split(arguments.text("nameservers", ""), ";"))),
	)
	if err != nil {
		return err
	}
	if err := sender.Start(); err != nil {
		return err
	}
	for index, outcome := range strings.Split(arguments.text("outcomes", ""), ",") {
		body := fmt.Sprintf("%s-%d", outcome, index)
		message := primitive.NewMessage(arguments.text("topic", ""), []byte(body))
		message.WithTag("paid").WithKeys([]string{body})
		message.WithProperty("colour", "blue & green = teal")
		result, err := sender.SendMessageInTransaction(context.Background(), message)
		if err != nil {
			return err
		}
		printLine("sent", map[string]any{
			"body":          body,
			"status":        statuses[result.Status],
			"messageId":     result.MsgID,
			"transactionId": result.TransactionID,
		})
	}
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	printLine("finished", nil)
	return sender.Shutdown()
}

// outcomes are what comes before the first hyphen of a body; the check says what comes behind it.
type outcomes struct{}

func (outcomes) ExecuteLocalTransaction(message *primitive.Message) primitive.LocalTransactionState {
	return stateOf(strings.Split(string(message.Body), "-")[0])
}

func (outcomes) CheckLocalTransaction(message *primitive.MessageExt) primitive.LocalTransactionState {
	printLine("asked", map[string]any{
		"body":          string(message.Body),
		"topic":         message.Topic,
		"transactionId": message.TransactionId,
		"colour":        message.GetProperty("colour"),
	})
	return stateOf(strings.Split(string(message.Body), "-")[1])
}

func stateOf(outcome string) primitive.LocalTransactionState {
	switch outcome {
	case "commit":
		return primitive.CommitMessageState
	case "rollback":
		return primitive.RollbackMessageState
	default:
		return primitive.UnknowState
	}
}
