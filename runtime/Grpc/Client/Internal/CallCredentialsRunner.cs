using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Collects what call credentials add to the headers of a call.</summary>
internal sealed class CallCredentialsRunner : CallCredentialsConfiguratorBase
{
    private readonly List<AsyncAuthInterceptor> _interceptors = [];

    public static async Task ApplyAsync(
        IEnumerable<CallCredentials> credentials, AuthInterceptorContext context, Metadata headers)
    {
        var runner = new CallCredentialsRunner();
        foreach (var credential in credentials)
        {
            credential.InternalPopulateConfiguration(runner, runner);
        }

        foreach (var interceptor in runner._interceptors)
        {
            await interceptor(context, headers).ConfigureAwait(false);
        }
    }

    public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
    {
        foreach (var credential in credentials)
        {
            credential.InternalPopulateConfiguration(this, this);
        }
    }

    public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
        _interceptors.Add(interceptor);
}
