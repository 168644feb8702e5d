using GradientCI.Samplers;
using GradientCI.Samplers.CmaEs;
using GradientCI.Samplers.Gp;
using GradientCI.Samplers.Grid;
using GradientCI.Samplers.Nsga2;
using GradientCI.Samplers.RandomSearch;
using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;
using GradientCI.Testing.Contracts;

namespace GradientCI.Core.Tests.Samplers;

public sealed class GridSamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new GridSampler();

    protected override bool NeedsFiniteSpace => true;
}

public sealed class RandomSamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new RandomSampler();
}

public sealed class SobolSamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new SobolSampler();
}

public sealed class TpeSamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new TpeSampler();
}

public sealed class Nsga2SamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new Nsga2Sampler();
}

public sealed class GpSamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new GpSampler();
}

public sealed class CmaEsSamplerContract : SamplerContract
{
    protected override ISampler Sampler { get; } = new CmaEsSampler();
}

public sealed class LearningTpeSamplerContract : LearningSamplerContract
{
    protected override ISampler Sampler { get; } = new TpeSampler();
}

public sealed class LearningGpSamplerContract : LearningSamplerContract
{
    protected override ISampler Sampler { get; } = new GpSampler();
}
