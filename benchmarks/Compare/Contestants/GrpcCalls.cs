using Grpc.Net.Client;
using PollHttp.Compare.Messages;

namespace PollHttp.Compare;

/// <summary>Unary calls by Grpc.Net.Client over one of the handlers.</summary>
internal static class GrpcCalls
{
    public static async Task ServeAsync(Job job, HttpMessageHandler handler)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(job.Url, new() { HttpHandler = handler });
        Greeter.GreeterClient client = new(channel);
        await ContestantProcess.ServeAsync(Workers.Of(job, async _ =>
        {
            Greeting greeting = await client.GreetAsync(new() { Name = "World" });
            if (greeting.Text.Length != job.ExpectedBytes)
            {
                throw new ContestantException($"expected a text of {job.ExpectedBytes}, got {greeting.Text}");
            }
        }));
    }
}
