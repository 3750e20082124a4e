namespace Grpc.Core.Interceptors;

/// <summary>Names the host of calls that name none.</summary>
internal sealed class HostInterceptor(string host) : ContextInterceptor
{
    private readonly string _host = host ?? throw new ArgumentNullException(nameof(host));

    protected override ClientInterceptorContext<TRequest, TResponse> Change<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context) => context.Host is null
            ? new ClientInterceptorContext<TRequest, TResponse>(context.Method, _host, context.Options)
            : context;
}
