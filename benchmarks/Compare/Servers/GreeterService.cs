using Grpc.Core;
using PollHttp.Compare.Messages;

namespace PollHttp.Compare;

/// <summary>Answers the gRPC calls.</summary>
internal sealed class GreeterService : Greeter.GreeterBase
{
    public override Task<Greeting> Greet(GreetRequest request, ServerCallContext context) =>
        Task.FromResult(new Greeting { Text = $"Hello, {request.Name}!" });
}
