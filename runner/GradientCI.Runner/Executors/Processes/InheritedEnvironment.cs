using System.Collections;
using System.Collections.Immutable;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>What a trial on this machine may see of our own environment: how to find programs, homes and the network, no secrets.</summary>
internal static class InheritedEnvironment
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly ImmutableHashSet<string> Names = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
        "CUDA_HOME", "CUDA_PATH", "VIRTUAL_ENV", "PYENV_ROOT", "PYENV_VERSION",
        "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_EXE", "CONDA_PYTHON_EXE", "MAMBA_EXE", "MAMBA_ROOT_PREFIX",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");

    /// <summary>Reads it once; later changes are not seen.</summary>
    public static ImmutableSortedDictionary<string, string> Read()
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        variables["PATH"] = DefaultPath;
        // CUDA counts the fastest GPU first unless told otherwise, nvidia-smi by bus: then the indices would not match.
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string value } && (Names.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal)))
            {
                variables[name] = value;
            }
        }

        return variables.ToImmutable();
    }
}
