namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>Looks at the messages of responses on their way to the client.</summary>
public sealed class FlagHandler(MessageFlags flags) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var content = response.Content;
        response.Content = new StreamContent(flags.Watch(await content.ReadAsStreamAsync(cancellationToken)));
        foreach (var header in content.Headers.NonValidated)
        {
            response.Content.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString());
        }

        return response;
    }
}
